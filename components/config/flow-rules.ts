import { isAddress } from "./address.ts";
import type { FlowConfig } from "./flow.ts";
import type { FleetSettings } from "./fleet.ts";
import { existingHosts } from "./host.ts";
import type { Problem } from "./problem.ts";
import type { Rule } from "./rules.ts";
import { anywhere } from "./source.ts";

/** A host that talks to, or is talked to by, another host of the fleet has an address for it. */
export const ensureFlowsHaveAddresses: Rule = ({ fleet }) => {
  const talking = new Set<string>();
  for (const { from, to } of Object.values(fleet.flows)) {
    const sources = from.filter((source) => fleet.hosts[source]);
    if (sources.length > 0)
      [...sources, to].forEach((host) => talking.add(host));
  }
  for (const source of fleet.firewall.sshFrom) talking.add(source);
  return existingHosts(fleet.hosts)
    .filter(([name]) => talking.has(name))
    .filter(([, host]) => !isAddress(host.privateAddress ?? host.address))
    .map(([name, { address }]) => ({
      path: `hosts.${name}.address`,
      value: JSON.stringify(address),
      rule: "is a name, and flows between hosts need an address",
      hint: `set hosts.${name}.privateAddress to the host's IP address`,
    }));
};

/** What a flow says about itself does not contradict itself. */
export const ensureFlowsMakeSense: Rule = ({ fleet }) =>
  Object.entries(fleet.flows).flatMap(([name, flow]) => [
    ...nameProblems(name),
    ...loopProblems(name, flow),
    ...verifyProblems(name, flow, fleet),
  ]);

function nameProblems(name: string): Problem[] {
  if (name.toLowerCase() !== "ssh") return [];
  return [
    {
      path: `flows.${name}`,
      rule: "has the name of the firewall's own rule for sshd",
      hint: "rename the flow; who may reach sshd is firewall.sshFrom",
    },
  ];
}

function loopProblems(name: string, { from, to }: FlowConfig): Problem[] {
  if (!from.includes(to)) return [];
  return [
    {
      path: `flows.${name}`,
      rule: `leads from ${to} to itself, which no firewall stops`,
      hint: "remove the flow",
    },
  ];
}

function verifyProblems(
  name: string,
  { from, protocol, verify }: FlowConfig,
  { hosts }: FleetSettings,
): Problem[] {
  const someoneLooks = from.some(
    (source) => source === anywhere || hosts[source],
  );
  if (verify !== true || (someoneLooks && protocol === "tcp")) return [];
  return [
    {
      path: `flows.${name}.verify`,
      value: "true",
      rule: someoneLooks
        ? "needs tcp: nothing tells whether a udp port answers"
        : "needs anywhere, or a host of this fleet, in 'from' that can look",
      hint: "remove it",
    },
  ];
}

/** `anywhere` stands alone: beside it nothing else has a meaning. */
export const ensureAnywhereStandsAlone: Rule = ({ fleet }) =>
  [
    ...Object.entries(fleet.flows).map(([name, { from }]) => ({
      path: `flows.${name}.from`,
      from,
    })),
    { path: "firewall.sshFrom", from: fleet.firewall.sshFrom },
  ]
    .filter(({ from }) => from.length > 1 && from.includes(anywhere))
    .map(({ path, from }) => ({
      path,
      value: JSON.stringify(from),
      rule: "names 'anywhere' beside others",
      hint: "write anywhere alone, or remove it",
    }));
