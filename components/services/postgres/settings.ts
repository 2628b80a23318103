import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../hosts/host.ts";
import { memorySettings, type MemorySettings } from "./memory.ts";

type Setting = string | number | boolean;

/** What decides the settings of a server. */
export interface SettingsArgs {
  /** Memory that PostgreSQL may count on, in MiB (256–16777216); docs/postgres.md has the arithmetic. Restarts PostgreSQL. @default - the host's memory, as its facts tell it */
  readonly memoryMib?: pulumi.Input<number> | undefined;
  /** Connections at a time (10–10000). Restarts PostgreSQL. @default 100 */
  readonly maxConnections?: number | undefined;
  /** Settings of postgresql.conf, which win over the computed ones. Restarts where a setting asks for it, else reloads. @default {} */
  readonly settings?:
    Readonly<Record<string, pulumi.Input<Setting>>> | undefined;
}

/** What cannot be meant, as far as it is known before any resource is made. */
export function mistakeInSettings({
  memoryMib,
  maxConnections = 100,
}: SettingsArgs): string | undefined {
  return (
    (typeof memoryMib === "number" ? mistakeInMemory(memoryMib) : undefined) ??
    mistakeInRange("maxConnections", maxConnections, 10, 10_000)
  );
}

/** Computed settings first; of those that come from facts each is a value of its own, known after the first contact. */
export function computedSettings(
  host: Host,
  { memoryMib, maxConnections = 100, settings = {} }: SettingsArgs,
  error: (mistake: string) => Error,
) {
  const memory = memoryOf(host, memoryMib, error).apply((mib) =>
    memorySettings({ memoryMib: mib, maxConnections }),
  );
  const names: readonly (keyof MemorySettings)[] = [
    "shared_buffers",
    "effective_cache_size",
    "maintenance_work_mem",
    "work_mem",
  ];
  return {
    max_connections: maxConnections,
    ...Object.fromEntries(
      names.map((name) => [name, memory.apply((all) => all[name])]),
    ),
    ...settings,
  };
}

/** What was asked for must make sense; what a host has is what it is. */
function memoryOf(
  host: Host,
  asked: SettingsArgs["memoryMib"],
  error: (mistake: string) => Error,
): pulumi.Output<number> {
  if (asked === undefined) return host.facts.memoryMib;
  return pulumi.output(asked).apply((mib) => {
    const mistake = mistakeInMemory(mib);
    if (mistake) throw error(mistake);
    return mib;
  });
}

function mistakeInMemory(mib: number): string | undefined {
  return mistakeInRange("memoryMib", mib, 256, 16_777_216);
}

function mistakeInRange(
  name: string,
  value: number,
  min: number,
  max: number,
): string | undefined {
  if (value >= min && value <= max) return undefined;
  return `${name}: ${String(value)} must be a number from ${String(min)} to ${String(max)}`;
}
