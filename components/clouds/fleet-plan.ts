import { uniqueAddresses, type Address } from "../addresses.ts";
import type { FleetConfig } from "../config/fleet.ts";
import { anywhere } from "../config/source.ts";
import { fleetAddress } from "../host-plan.ts";
import { partsOf } from "../host-parts.ts";
import { entry, sorted } from "../records.ts";
import type { StepId, StepOf } from "../step.ts";
import type { CloudArgs } from "./cloud.ts";
import type { CloudProvider } from "./config.ts";
import { everybody, type CloudRule } from "./maker.ts";

type Part = StepOf<"cloud-firewall">["part"];

/** The hosts of a fleet that are made, by name. */
export function cloudHosts(fleet: FleetConfig) {
  return sorted(fleet.hosts).flatMap(([name, host]) =>
    host.cloud ? [[name, host] as const] : [],
  );
}

/** The providers that a fleet's hosts are made at, and what their machines share there. */
export function planClouds(
  fleet: FleetConfig,
): ReadonlyMap<CloudProvider, Omit<CloudArgs, "publicKey">> {
  const hosts = cloudHosts(fleet);
  const providers = new Set(hosts.map(([, { cloud }]) => cloud.provider));
  return new Map(
    [...providers].sort().map((provider) => {
      const own = hosts.filter(([, { cloud }]) => cloud.provider === provider);
      const ports = new Set(own.map(([, { port }]) => port));
      const { enabled, sshFrom } = fleet.firewall;
      return [
        provider,
        {
          provider,
          firewall: enabled,
          sshPorts: [...ports].sort((a, b) => a - b),
          ...(sshFrom.includes(anywhere)
            ? {}
            : { sshFrom: knownSources(fleet) }),
        },
      ];
    }),
  );
}

function knownSources(fleet: FleetConfig): Address[] {
  const unknown = unknownHosts(fleet);
  const { sshFrom } = fleet.firewall;
  return sourcesOf(
    fleet,
    sshFrom.filter((one) => !unknown.includes(one)),
  );
}

/**
 * What a provider lets through to a host beside SSH: what comes from the fleet as soon as its addresses are known, what
 * comes from elsewhere when the host's own firewall is loaded.
 */
export function planCloudFirewalls(
  fleet: FleetConfig,
  host: string,
): StepOf<"cloud-firewall">[] {
  const { cloud } = entry(fleet.hosts, host);
  if (!cloud || !fleet.firewall.enabled) return [];
  const parts: Record<Part, readonly StepId[]> = {
    fleet: [`host:${host}`],
    public: [`firewall:${host}`],
  };
  return (["fleet", "public"] as const).flatMap((part) => {
    const rules = rulesOf(fleet, host, part);
    if (rules.length === 0) return [];
    const name = `${host}-${part}`;
    const { provider } = cloud;
    const args = { name, host, provider, part, rules, after: parts[part] };
    return [{ kind: "cloud-firewall", id: `cloud-firewall:${name}`, ...args }];
  });
}

/** The provider's firewalls in front of a host, where there are any. */
export function cloudFirewallsOf(fleet: FleetConfig, host: string): StepId[] {
  return planCloudFirewalls(fleet, host).map(({ id }) => id);
}

function rulesOf(fleet: FleetConfig, host: string, part: Part): CloudRule[] {
  const flows = partsOf(fleet, host).flows.map(
    ([description, { protocol, port, from }]) =>
      ({ description, protocol, port, from }) as const,
  );
  const { port } = entry(fleet.hosts, host);
  const ssh = { description: "ssh", protocol: "tcp", port } as const;
  const all = [{ ...ssh, from: unknownHosts(fleet) }, ...flows];
  return all.flatMap(({ from, ...rule }) => {
    const own = from.filter(
      (one) => (part === "fleet") === (fleet.hosts[one] !== undefined),
    );
    return own.length > 0 ? [{ ...rule, from: sourcesOf(fleet, own) }] : [];
  });
}

/** Hosts that may reach sshd, and whose addresses are known only when they are made. */
function unknownHosts({ firewall, hosts }: FleetConfig): string[] {
  return firewall.sshFrom.filter((one) => hosts[one]?.cloud);
}

function sourcesOf(fleet: FleetConfig, from: readonly string[]): Address[] {
  if (from.includes(anywhere)) return [...everybody];
  return uniqueAddresses(from.map((one) => fleetAddress(fleet, one)));
}
