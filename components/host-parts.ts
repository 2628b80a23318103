import type { FleetConfig, SiteConfig } from "./config/fleet.ts";
import type { FlowConfig } from "./config/flow.ts";
import type { ServiceConfig } from "./config/service.ts";
import { sorted } from "./records.ts";
import type { ServiceClient } from "./services/service-plan.ts";
import { servicePlan } from "./services/plans.ts";

/** What of a fleet concerns one host, each kind in the order of names. */
export interface HostParts {
  readonly services: readonly (readonly [string, ServiceConfig])[];
  readonly sites: readonly (readonly [string, SiteConfig])[];
  /** Flows that lead to it. */
  readonly flows: readonly (readonly [string, FlowConfig])[];
  /** What it uses of services on other hosts. */
  readonly clients: readonly ServiceClient[];
}

type Parts = {
  -readonly [K in keyof HostParts]: HostParts[K][number][];
};

const none: HostParts = { services: [], sites: [], flows: [], clients: [] };
const known = new WeakMap<FleetConfig, ReadonlyMap<string, HostParts>>();

/** The parts of one host. A fleet is gone through once, not once for each of its hosts: that would take the square of their number. */
export function partsOf(fleet: FleetConfig, host: string): HostParts {
  const found = known.get(fleet) ?? sortOut(fleet);
  known.set(fleet, found);
  return found.get(host) ?? none;
}

function sortOut(fleet: FleetConfig): ReadonlyMap<string, HostParts> {
  const byHost = new Map<string, Parts>();
  const at = (host: string): Parts => {
    const parts = byHost.get(host) ?? {
      ...{ services: [], sites: [], flows: [], clients: [] },
    };
    byHost.set(host, parts);
    return parts;
  };
  for (const [name, service] of sorted(fleet.services)) {
    at(service.host).services.push([name, service]);
    for (const client of clientsOf(service))
      at(client.host).clients.push(client);
  }
  for (const site of sorted(fleet.sites)) at(site[1].host).sites.push(site);
  for (const flow of sorted(fleet.flows)) at(flow[1].to).flows.push(flow);
  return byHost;
}

function clientsOf(service: ServiceConfig): ServiceClient[] {
  const plan = servicePlan(service);
  return Object.values(plan.clients?.(service) ?? {});
}
