import { z } from "zod";
import { host } from "./manifest.ts";

/** What a preflight looks at; the names that `ignore` takes, in the order of a report. */
export const checkNames = [
  "connection",
  "sudo",
  "system",
  "cpus",
  "memory",
  "disk",
  "inodes",
  "diskSpeed",
  "clock",
  "dns",
  "sources",
  "aptLock",
  "hostname",
  "ports",
  "firewall",
  "declared",
] as const;

export type CheckName = (typeof checkNames)[number];

/** What every host must have. */
export const requirements = z.strictObject({
  /** Size of the root file system in GB; a tenth less is accepted. @default 20 */
  minDiskGb: z.number().int().min(0).max(100_000).default(20),
  /** Memory in MB; a tenth less is accepted. @default 1000 */
  minMemoryMb: z.number().int().min(0).max(100_000_000).default(1000),
  /** Processors. @default 1 */
  minCpus: z.number().int().min(1).max(4096).default(1),
  /** Checks whose problems are warnings. @default [] */
  ignore: z.array(z.enum(checkNames)).default([]),
});

/** Sizes that somebody believes a host to have. */
export const declaredSizes = z.strictObject({
  cpus: z.number().int().min(1).optional(),
  memoryMib: z.number().int().min(1).optional(),
  diskGib: z.number().int().min(1).optional(),
});

/** What will listen on a port. */
export const wantedPort = z.strictObject({
  /** What wants it, as the configuration names it: `services.cache`. */
  by: z.string().min(1),
  /** The units that will hold it, or templates of them: no problem when one holds it already. @default [], only units that Flotilla runs there */
  units: z.array(z.string()).default([]),
});

/** One host that is to be looked at. */
export const preflightHost = z.strictObject({
  host,
  /** `tcp/80` → what will listen there. @default {} */
  ports: z
    .record(z.string().regex(/^(tcp|udp)\/\d{1,5}$/), wantedPort)
    .default({}),
  /** What the host is believed to have. @default {} */
  declared: declaredSizes.prefault({}),
  /** A firewall of Flotilla's will be loaded. @default true */
  firewall: z.boolean().default(true),
});

/** Hosts that are looked at before anything is changed on any of them. */
export const preflight = z.strictObject({
  hosts: z.record(z.string().min(1), preflightHost),
  requirements: requirements.prefault({}),
});

export type Requirements = z.output<typeof requirements>;
export type DeclaredSizes = z.output<typeof declaredSizes>;
export type PreflightHost = z.output<typeof preflightHost>;
export type PreflightArgs = z.input<typeof preflight>;
