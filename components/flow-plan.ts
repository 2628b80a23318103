import type { Address, PlannedGate } from "./addresses.ts";
import { httpGate, sitePlan } from "./apps/static-site-plan.ts";
import { cloudFirewallsOf } from "./clouds/fleet-plan.ts";
import type { FleetConfig } from "./config/fleet.ts";
import type { FlowConfig } from "./config/flow.ts";
import { anywhere } from "./config/source.ts";
import { fleetAddress, publicAddress } from "./host-plan.ts";
import { partsOf } from "./host-parts.ts";
import { servicePlan } from "./services/plans.ts";
import type { StepId, StepOf } from "./step.ts";

/** One gate per host that a flow comes from: each looks from its own place. */
export function planGates(
  fleet: FleetConfig,
  name: string,
  flow: FlowConfig,
): StepOf<"gate">[] {
  if (flow.verify === false || flow.protocol === "udp") return [];
  if (flow.from.includes(anywhere)) return planOutside(fleet, name, flow);
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

/** What everybody may reach is looked at from where the program runs, where something of the fleet answers. */
function planOutside(
  fleet: FleetConfig,
  name: string,
  flow: FlowConfig,
): StepOf<"gate">[] {
  const { to, port } = flow;
  if (!flow.verify && listenersAt(fleet, to, port).length === 0) return [];
  const address = publicAddress(fleet, to);
  const gate = fromOutside(gateOf(fleet, flow, address), address, port);
  const look = planLook(fleet, name, flow, to);
  return [
    {
      kind: "gate",
      id: `gate:${name}`,
      name,
      host: to,
      ...look,
      gates: { [name]: gate },
    },
  ];
}

/** What only a host can speak is looked at as a port. */
function fromOutside(
  gate: PlannedGate,
  address: Address,
  port: number,
): PlannedGate {
  const from = "outside";
  return gate.kind === "http"
    ? { ...gate, from }
    : { kind: "tcp", address, port, deadlineSeconds, from };
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
      ...cloudFirewallsOf(fleet, flow.to),
    ],
    gates: { [name]: gateOf(fleet, flow, fleetAddress(fleet, flow.to)) },
    watch: [...listeners, ...firewallsOf(fleet, [flow.to])],
  };
}

/** The firewalls of hosts, where there are firewalls. */
export function firewallsOf(
  fleet: FleetConfig,
  hosts: readonly string[],
): StepId[] {
  if (!fleet.firewall.enabled) return [];
  return [...new Set(hosts)].sort().map((host): StepId => `firewall:${host}`);
}

/** Both ends have passed gates of their own by then: what does not answer soon will not. */
const deadlineSeconds = 10;

/** What answers at the port decides how it is looked at. */
function gateOf(
  fleet: FleetConfig,
  { to, port }: FlowConfig,
  address: Address,
): PlannedGate {
  const [site] = sitesAt(fleet, to, port);
  if (site) return { ...httpGate(sitePlan(...site), address), deadlineSeconds };
  const [service] = servicesAt(fleet, to, port).map(([, one]) => one);
  const gate = service && servicePlan(service).gate?.(service, address);
  return { ...(gate ?? { kind: "tcp", address, port }), deadlineSeconds };
}

/** What of the fleet answers at a port. */
function listenersAt(fleet: FleetConfig, host: string, port: number): StepId[] {
  return [
    ...servicesAt(fleet, host, port).map(([name]): StepId => `service:${name}`),
    ...sitesAt(fleet, host, port).map(([name]): StepId => `site:${name}`),
  ];
}

function servicesAt(fleet: FleetConfig, host: string, port: number) {
  return partsOf(fleet, host).services.filter(
    ([, one]) => servicePlan(one).port(one) === port,
  );
}

function sitesAt(fleet: FleetConfig, host: string, port: number) {
  return partsOf(fleet, host).sites.filter(([, one]) => one.port === port);
}
