import type { Input } from "@pulumi/pulumi";
import type { GateArgs } from "../../../manifest/gates.ts";
import { withAddresses, type Address } from "../../addresses.ts";
import type { PackageArgs } from "../../hosts/packages.ts";
import type { ServicePlan } from "../service-plan.ts";
import type { RedisConfig } from "./config.ts";
import { item, type Items } from "../../items.ts";

/** systemd's name of Redis. */
export const redisUnit = "redis-server.service";

const configFile = "/etc/redis/flotilla.conf";
const passwordFile = "/etc/redis/flotilla-auth.conf";
const dropInFolder = "/etc/systemd/system/redis-server.service.d";
const dataFolder = "/var/lib/redis";
const notify = [{ unit: redisUnit, action: "restart" }] as const;

/** What decides how Redis runs. */
export interface RedisSettings {
  readonly port: number;
  /** Addresses of the host to listen on, beside loopback. */
  readonly listen: readonly Address[];
  readonly maxMemoryMib?: number | undefined;
  /** Data go with the package. @default false */
  readonly purge?: boolean | undefined;
}

/** The items of a Redis server. The password is in a file of its own, and there alone. */
export function redisItems(
  settings: RedisSettings,
  password: Input<string>,
): Items {
  return {
    ...item("file", configFile, { ...configOf(settings), notify }),
    ...item("file", passwordFile, {
      template: `requirepass "{{password}}"\n`,
      values: { password },
      mode: "0600",
      owner: "redis",
      group: "redis",
      notify,
    }),
    ...(settings.purge ? {} : dataItem),
    ...item("directory", dropInFolder, {}),
    ...item("file", `${dropInFolder}/flotilla.conf`, {
      template: dropIn,
      notify,
    }),
    ...item("unit", redisUnit, {}),
  };
}

/** The data as Debian's package keeps them; a destroy leaves them and says so. */
const dataItem = item("directory", dataFolder, {
  mode: "0750",
  owner: "redis",
  group: "redis",
  data: true,
});

/** What must hold for Redis to count as up. */
export function redisGates(port: number): Readonly<Record<string, GateArgs>> {
  return {
    "redis-unit": { kind: "unit", unit: redisUnit },
    redis: { kind: "redis", port, passwordFile, unit: redisUnit },
  };
}

function configOf({ port, listen, maxMemoryMib }: RedisSettings) {
  const limit = maxMemoryMib === undefined ? "" : memoryLimit;
  return {
    template: `${base}${limit}`,
    values: {
      bind: withAddresses(listen, (all) =>
        ["127.0.0.1", "-::1", ...all].join(" "),
      ),
      port,
      ...(maxMemoryMib === undefined ? {} : { maxMemoryMib }),
    },
  };
}

const base = `# Made by Flotilla; changes by hand are taken back.
bind {{bind}}
port {{port}}
protected-mode yes
tcp-keepalive 60
dir ${dataFolder}
dbfilename dump.rdb
save 3600 1 300 100 60 10000
logfile ""
include ${passwordFile}
`;

const memoryLimit = `maxmemory {{maxMemoryMib}}mb
maxmemory-policy noeviction
`;

/** The address to listen on must exist when Redis starts, also at boot. */
const dropIn = `# Made by Flotilla: Redis reads Flotilla's configuration, Debian's own stays untouched.
[Unit]
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=
ExecStart=/usr/bin/redis-server ${configFile} --supervised systemd --daemonize no
`;

/** Debian's package; Redis starts with our configuration. */
export function redisPackages(
  purge: boolean | undefined,
): Readonly<Record<string, PackageArgs>> {
  return { "redis-server": { purge, deferStart: [redisUnit] } };
}

/** Redis in a fleet. */
export const redisPlan: ServicePlan<RedisConfig> = {
  packages: ({ purge }) => redisPackages(purge),
  units: () => [redisUnit],
  port: ({ port }) => port,
  keepsData: ({ purge }) => !purge,
};
