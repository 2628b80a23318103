import { z } from "zod";
import { gate } from "./gates.ts";
import { itemKinds, itemNames, type ItemKey, type ItemKind } from "./items.ts";

/** A TCP port. */
export const port = z.number().int().min(1).max(65535);

/** As in known_hosts, without the name: `ssh-ed25519 AAAA…`. */
export const hostKeyLine = z
  .string()
  .regex(/^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]+( .*)?$/);

/**
 * What also opens the host as long as this manifest has no state: the key that it booted with, logins and ports that a
 * machine has before its first boot is through. Used by create alone; never by read, update, delete or anybody else.
 */
export const firstContact = z.strictObject({
  /** Host keys that are accepted besides the connection's own: any other one on the wire ends the create at once. */
  hostKeys: z.array(hostKeyLine).max(8),
  /** Logins that are tried besides the connection's own. */
  users: z.array(z.string().min(1)).max(8),
  /** Ports that are tried besides the connection's own. */
  ports: z.array(port).max(8),
  /** Seconds for all tries together (1–3600): a first boot takes its time. */
  timeoutSeconds: z.number().min(1).max(3600),
});

/** How to reach a host. A change of any of these dials nothing by itself. */
export const connection = z.strictObject({
  /** IPv4 or IPv6 address, or a name. */
  address: z.string().min(1),
  /** Port of sshd. @default 22 */
  port: port.default(22),
  /** The login; when it is not root it needs passwordless sudo. @default "root" */
  user: z.string().min(1).default("root"),
  /** Accepted host keys, each as in known_hosts: `ssh-ed25519 AAAA…`. */
  hostKeys: z.array(hostKeyLine).min(1),
  /** The way in before this manifest has a state; a change of it is no change. @default - the connection alone */
  first: firstContact.optional(),
});

export const host = z.strictObject({
  /** Identity of the machine: when it changes, everything on it is replaced. */
  id: z.string().min(1),
  /** The name that messages use. */
  name: z.string().min(1),
  connection,
});

/** The desired state of one concern on one host. */
export const manifest = z.strictObject({
  host,
  items: z.record(z.string(), z.unknown()).default({}),
  gates: z
    .record(z.string().regex(/^[A-Za-z0-9._:-]{1,80}$/), gate)
    .default({}),
  /** Hashes of what the gates look at elsewhere: a change runs them again. */
  watch: z.record(z.string(), z.string()).default({}),
  /** Deadline of a whole job in seconds (10–7200). @default 1800 */
  deadlineSeconds: z.number().int().min(10).max(7200).default(1800),
});

export type Connection = z.output<typeof connection>;
export type FirstContact = z.output<typeof firstContact>;
export type HostInput = z.output<typeof host>;
export type ManifestInputs = Omit<z.output<typeof manifest>, "items"> & {
  items: Record<ItemKey, unknown>;
};

/** Splits `<kind>:<name>`; `undefined` for a key of no known kind. */
export function parseItemKey(
  key: string,
): { kind: ItemKind; name: string } | undefined {
  const [kind = "", ...rest] = key.split(":");
  if (!(kind in itemKinds)) return undefined;
  return { kind: kind as ItemKind, name: rest.join(":") };
}

/** The schemas of an item's name and body. */
export function schemasOf(kind: ItemKind) {
  return { name: itemNames[kind], body: itemKinds[kind] };
}

/** What was read from a host, beside the moment at which it last differed. */
export interface HostFacts {
  readonly cpus: number;
  /** Floored to 256 MiB. */
  readonly memoryMib: number;
  /** Size of the root file system, floored to 1 GiB. */
  readonly diskGib: number;
  /** `ID` and `VERSION_ID` of os-release, such as `debian 12`. */
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
  /** Name that the host calls itself. */
  readonly hostname: string;
  /** ISO 8601; moves only when another fact moves. */
  readonly detectedAt: string;
  /** Where the facts come from: `ssh`. */
  readonly source: string;
}

/** What the provider returns besides the inputs. */
export interface ManifestOutputs {
  /** Item key → what was seen, in a short canonical form, or `missing`. */
  readonly observed: Record<string, string>;
  /** Hash of the inputs; never secret. */
  readonly revision: string;
  readonly facts: HostFacts;
}
