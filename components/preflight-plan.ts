import type * as pulumi from "@pulumi/pulumi";
import type { PreflightArgs } from "../manifest/preflight.ts";
import type { FleetConfig, ExistingHostConfig } from "./config/fleet.ts";
import { partsOf } from "./host-parts.ts";
import type { PreflightArgs as ResourceArgs } from "./preflight.ts";
import { sorted } from "./records.ts";
import { nginxUnit } from "./services/nginx/plan.ts";
import { servicePlan } from "./services/plans.ts";

type Ports = Record<string, { by: string; units: string[] }>;

/** What a fleet's hosts must be like, and what will listen on them; `undefined` when nobody is to look. */
export function planPreflight(fleet: FleetConfig): PreflightArgs | undefined {
  const { enabled = false, ...requirements } = fleet.preflight ?? {};
  if (!enabled) return undefined;
  const hosts = sorted(fleet.hosts).flatMap(([name, host]) =>
    host.cloud ? [] : [[name, planHost(fleet, name, host)] as const],
  );
  if (hosts.length === 0) return undefined;
  return { requirements, hosts: Object.fromEntries(hosts) };
}

/** A plan whose hosts are recognised by keys that become known in the same update. */
export function withHostKeys(
  { hosts, ...rest }: PreflightArgs,
  keys: Readonly<Record<string, pulumi.Input<readonly string[]>>>,
): ResourceArgs {
  return {
    ...rest,
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, { host, ...one }]) => {
        const { hostKeys: known, ...connection } = host.connection;
        const hostKeys = keys[name] ?? known;
        return [
          name,
          {
            ...one,
            host: { ...host, connection: { ...connection, hostKeys } },
          },
        ];
      }),
    ),
  };
}

function planHost(fleet: FleetConfig, name: string, host: ExistingHostConfig) {
  return {
    host: { id: name, name, connection: connectionOf(host) },
    declared: host.declared ?? {},
    firewall: fleet.firewall.enabled,
    ports: { ...sitePorts(fleet, name), ...servicePorts(fleet, name) },
  };
}

function connectionOf({ address, port, user, hostKeys }: ExistingHostConfig) {
  return { address, port, user, hostKeys: [...hostKeys] };
}

function servicePorts(fleet: FleetConfig, host: string): Ports {
  const ports: Ports = {};
  for (const [name, service] of partsOf(fleet, host).services) {
    const plan = servicePlan(service);
    const port = plan.port(service);
    if (port === undefined) continue;
    const units = [
      ...plan.units(service),
      ...(plan.templates?.(service) ?? []),
    ];
    ports[`tcp/${port}`] = { by: `services.${name}`, units };
  }
  return ports;
}

/** Sites that share a port are named by the first of them. */
function sitePorts(fleet: FleetConfig, host: string): Ports {
  const ports: Ports = {};
  for (const [name, site] of partsOf(fleet, host).sites) {
    ports[`tcp/${site.port}`] ??= { by: `sites.${name}`, units: [nginxUnit] };
  }
  return ports;
}
