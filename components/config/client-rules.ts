import type { ServiceClient } from "../services/service-plan.ts";
import { servicePlan } from "../services/plans.ts";
import type { FleetSettings } from "./fleet.ts";
import { nearestName } from "./issues.ts";
import type { Problem } from "./problem.ts";
import type { Rule } from "./rules.ts";
import type { ServiceConfig } from "./service.ts";

/** A host that uses a service of another one is a host of the fleet, and a flow leads from it. */
export const ensureClientsHaveFlows: Rule = ({ fleet, hostNames }) =>
  Object.entries(fleet.services).flatMap(([name, service]) =>
    hostsUsing(service).flatMap((host) => {
      const fault = hostNames.includes(host)
        ? flowFault(fleet, name, service, host)
        : hostFault(host, hostNames);
      const path = `services.${name}`;
      return fault ? [{ path, value: JSON.stringify(host), ...fault }] : [];
    }),
  );

type Fault = Omit<Problem, "path" | "value">;

function hostsUsing(service: ServiceConfig): string[] {
  const clients: Readonly<Record<string, ServiceClient>> =
    servicePlan(service).clients?.(service) ?? {};
  return [...new Set(Object.values(clients).map(({ host }) => host))];
}

function hostFault(host: string, hostNames: readonly string[]): Fault {
  const nearest = nearestName(host, hostNames);
  return {
    rule: "is one of clients, and is not a host of this fleet",
    hint: nearest
      ? `did you mean "${nearest}"?`
      : `use one of ${hostNames.join(", ")}, or add it to hosts`,
  };
}

function flowFault(
  { flows }: FleetSettings,
  name: string,
  service: ServiceConfig,
  host: string,
): Fault | undefined {
  const to = service.host;
  const port = servicePlan(service).port(service);
  const isLed = Object.values(flows).some(
    (flow) => flow.to === to && flow.port === port && flow.from.includes(host),
  );
  if (isLed) return undefined;
  return {
    rule: `is one of clients, and no flow leads from it to ${to}`,
    hint: `add flows.${host}-to-${name}: { from: ${host}, to: ${to}, port: ${String(port)} }`,
  };
}
