import type { Output } from "@pulumi/pulumi";
import type {
  Fleet,
  FleetConfig,
  MachineSnapshots,
} from "../components/index.ts";
import { fleetAddress } from "../components/host-plan.ts";
import { partsOf } from "../components/host-parts.ts";
import { shown } from "../components/output.ts";
import type { Service } from "../components/services/make.ts";
import { servicePlan } from "../components/services/plans.ts";

/** The hosts of a fleet as a stack shows them. */
export function hostOutputs(fleet: Fleet, config: FleetConfig) {
  return record(
    fleet.hosts,
    (name, { address, facts, machineSize, ...host }) => ({
      address,
      id: host.hostId,
      port: host.sshPort,
      user: host.user,
      hostKeys: host.hostKeys,
      ...acceptedOutputs(fleet, name),
      ...(machineSize !== undefined && { machine: machineSize }),
      facts: shown(facts),
      ...snapshotOutputs(host.nodes.snapshots),
      ...declaredOutputs(fleet, config, name),
      services: servicesOn(config, name, address),
    }),
  );
}

/** The key that was accepted at the first contact, where that is how the host is recognised. */
function acceptedOutputs({ acceptedHostKeys }: Fleet, name: string) {
  const accepted = acceptedHostKeys.get(name);
  if (!accepted) return {};
  const { fingerprint, acceptedAt } = accepted;
  return { acceptedHostKey: { fingerprint, acceptedAt } };
}

/** What was declared of a host and where that differs from what was found, beside its facts. */
function declaredOutputs(fleet: Fleet, { hosts }: FleetConfig, name: string) {
  const host = hosts[name];
  const declared = host?.cloud ? {} : (host?.declared ?? {});
  const results = fleet.preflight?.results;
  if (Object.keys(declared).length === 0) return {};
  const differences = results?.apply((found) => found[name]?.differences);
  return { declared, ...(differences && { differences: shown(differences) }) };
}

/** The snapshots of a host's machine, the newest first. */
function snapshotOutputs(made: MachineSnapshots | undefined) {
  return made ? { snapshots: shown(made.snapshots) } : {};
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
): Record<string, Output<string | undefined> | Logins> {
  const passwords: Record<string, Output<string | undefined> | Logins> = {};
  for (const [name, { password, logins }] of fleet.services) {
    if (password) passwords[name] = shown(password);
    if (logins && Object.keys(logins).length > 0)
      passwords[name] = shownLogins(logins);
  }
  return passwords;
}

/** Who logs in to a service, and what with. */
type Logins = Record<
  string,
  { user: string; password: Output<string | undefined> }
>;

function shownLogins(logins: NonNullable<Service["logins"]>): Logins {
  return Object.fromEntries(
    Object.entries(logins).map(([name, { user, password }]) => [
      name,
      { user, password: shown(password) },
    ]),
  );
}

function servicesOn(fleet: FleetConfig, host: string, own: Output<string>) {
  const address = fleet.hosts[host]?.cloud ? own : fleetAddress(fleet, host);
  const { services, sites } = partsOf(fleet, host);
  const ports = sites.map(([, { port }]) => port).sort((a, b) => a - b);
  return Object.fromEntries(
    services.map(([name, service]) => {
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
