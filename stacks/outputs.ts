import type { Output } from "@pulumi/pulumi";
import type { Fleet, FleetConfig } from "../components/index.ts";
import { shown } from "../components/output.ts";
import { servicePlan } from "../components/services/plans.ts";

/** The hosts of a fleet as a stack shows them. */
export function hostOutputs(fleet: Fleet, config: FleetConfig) {
  return record(fleet.hosts, (name, { address, facts }) => ({
    address,
    facts: shown(facts),
    ...declaredOutputs(fleet, config, name),
    services: servicesOn(name, config),
  }));
}

/** What was declared of a host and where that differs from what was found, beside its facts. */
function declaredOutputs(fleet: Fleet, { hosts }: FleetConfig, name: string) {
  const declared = hosts[name]?.declared ?? {};
  const results = fleet.preflight?.results;
  if (Object.keys(declared).length === 0) return {};
  const differences = results?.apply((found) => found[name]?.differences);
  return { declared, ...(differences && { differences: shown(differences) }) };
}

/** The sites of a fleet as a stack shows them. */
export function siteOutputs(fleet: Fleet, config: FleetConfig) {
  return record(fleet.sites, (name, { url }) => {
    const { host, content } = config.sites[name] ?? {};
    const commit = content?.commit;
    return { url, host, ...(commit !== undefined && { commit }) };
  });
}

/** The generated passwords of a fleet, each a secret. */
export function passwordOutputs(
  fleet: Fleet,
): Record<string, Output<string | undefined>> {
  const passwords: Record<string, Output<string | undefined>> = {};
  for (const [name, service] of fleet.services) {
    if (service.password) passwords[name] = shown(service.password);
  }
  return passwords;
}

function servicesOn(host: string, { hosts, services, sites }: FleetConfig) {
  const address = hosts[host]?.privateAddress ?? hosts[host]?.address;
  const here = Object.entries(services).filter(([, one]) => one.host === host);
  const ports = Object.values(sites)
    .filter((site) => site.host === host)
    .map(({ port }) => port)
    .sort((a, b) => a - b);
  return Object.fromEntries(
    here.map(([name, service]) => {
      const port = servicePlan(service).port(service) ?? ports[0];
      return [name, { type: service.type, address, port }];
    }),
  );
}

function record<T, R>(
  map: ReadonlyMap<string, T>,
  render: (name: string, value: T) => R,
): Record<string, R> {
  return Object.fromEntries(
    [...map].map(([name, value]) => [name, render(name, value)]),
  );
}
