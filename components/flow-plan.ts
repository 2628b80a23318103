import type { GateArgs } from "../manifest/gates.ts";
import { httpGate, sitePlan } from "./apps/static-site-plan.ts";
import type { FleetConfig } from "./config/fleet.ts";
import type { FlowConfig } from "./config/flow.ts";
import { fleetAddress } from "./host-plan.ts";
import { sorted } from "./records.ts";
import type { StepId, StepOf } from "./step.ts";

/** One gate per host that a flow comes from: each looks from its own place. */
export function planGates(
  fleet: FleetConfig,
  name: string,
  flow: FlowConfig,
): StepOf<"gate">[] {
  if (flow.verify === false || flow.protocol === "udp") return [];
  const sources = flow.from.filter((source) => fleet.hosts[source]).sort();
  return sources.map((host) => {
    const gateName = sources.length === 1 ? name : `${name}.${host}`;
    return {
      kind: "gate",
      id: `gate:${gateName}`,
      name: gateName,
      host,
      ...planLook(fleet, name, flow, host),
    };
  });
}

function planLook(
  fleet: FleetConfig,
  name: string,
  flow: FlowConfig,
  from: string,
): Pick<StepOf<"gate">, "after" | "gates" | "watch"> {
  const listeners = listenersAt(fleet, flow.to, flow.port);
  return {
    after: [
      `host:${flow.to}`,
      ...listeners,
      ...firewallsOf(fleet, [from, flow.to]),
    ],
    gates: { [name]: gateOf(fleet, flow) },
    watch: [...listeners, ...firewallsOf(fleet, [flow.to])],
  };
}

function firewallsOf(fleet: FleetConfig, hosts: readonly string[]): StepId[] {
  if (!fleet.firewall.enabled) return [];
  return [...hosts].sort().map((host): StepId => `firewall:${host}`);
}

function gateOf(fleet: FleetConfig, { to, port }: FlowConfig): GateArgs {
  const address = fleetAddress(fleet, to);
  const [site] = sorted(fleet.sites).filter(
    ([, one]) => one.host === to && one.port === port,
  );
  return site
    ? httpGate(sitePlan(...site), address)
    : { kind: "tcp", address, port };
}

/** What of the fleet answers at a port. */
function listenersAt(fleet: FleetConfig, host: string, port: number): StepId[] {
  const services = sorted(fleet.services).filter(
    ([, one]) => one.type === "redis" && one.host === host && one.port === port,
  );
  const sites = sorted(fleet.sites).filter(
    ([, one]) => one.host === host && one.port === port,
  );
  return [
    ...services.map(([name]): StepId => `service:${name}`),
    ...sites.map(([name]): StepId => `site:${name}`),
  ];
}
