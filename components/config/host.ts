import { z } from "zod";
import { digitaloceanHost, hetznerHost } from "../clouds/config.ts";
import { hostAddress, listenAddress } from "./address.ts";
import { anyHost } from "./any-host.ts";
import { integer, localPath, text } from "./text.ts";

const keyLine = /^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]{40,}( [^\n\0]*)?$/;

/** A server's public SSH host key. */
export const hostKey = text(
  (value) => {
    if (keyLine.test(value)) return undefined;
    if (/^(SHA256|MD5):/i.test(value)) {
      return {
        rule: "is a fingerprint, not a key",
        hint: "give the key itself, as in /etc/ssh/ssh_host_ed25519_key.pub on the host",
      };
    }
    return {
      rule: "is not a public host key",
      hint: 'write it like "ssh-ed25519 AAAA…", as in /etc/ssh/ssh_host_ed25519_key.pub on the host',
    };
  },
  { pattern: keyLine.source },
);

const declared = z.strictObject({
  /** Processors (1–4096). */
  cpus: integer(1, 4096).optional().describe("Processors"),
  /** Memory in MiB (1–100000000). */
  memoryMib: integer(1, 100_000_000).optional().describe("Memory in MiB"),
  /** Size of the root file system in GiB (1–100000). */
  diskGib: integer(1, 100_000)
    .optional()
    .describe("Size of the root file system in GiB"),
});

/** The sizes that somebody believes a host to have. */
export type DeclaredConfig = z.output<typeof declared>;

/** A machine that exists already and is reached by SSH. */
export const existingHost = z.strictObject({
  /** The machine is there already. @default "existing" */
  provider: z
    .literal("existing")
    .optional()
    .describe("Where the host is made; existing ones are there already"),
  /** Address or name under which the program reaches the host. Updates in place, without a connection. */
  address: hostAddress.describe("Address or name of the host"),
  /** Address under which other hosts of the fleet reach it, and which services listen on. @default - the address */
  privateAddress: listenAddress
    .optional()
    .describe("Address under which other hosts of the fleet reach it"),
  /** The host's public key, as in its /etc/ssh/ssh_host_ed25519_key.pub. @default - from `knownHostsFile` */
  hostKey: hostKey.optional().describe("Public host key that is accepted"),
  /** Where no key of the host is known, accepts the one that it shows at its first contact, with a warning that has the fingerprint, and records it: from then on no other is accepted. @default false */
  acceptNewHostKey: z
    .boolean()
    .default(false)
    .describe("Accepts and records the key of the first contact"),
  /** File in the form of known_hosts that has this host's keys. @default - `ssh.knownHostsFile` */
  knownHostsFile: localPath
    .optional()
    .describe("File in the form of known_hosts with this host's keys"),
  /** Accepts a loopback address: the machine that the program runs on. @default false */
  allowLocal: z.boolean().default(false).describe("Accepts a loopback address"),
  ...anyHost.shape,
  /** The sizes that you believe it to have: a difference to what is found is a warning, and both are outputs. A change looks at the host again. @default {} */
  declared: declared.default({}).describe("The sizes it is believed to have"),
});

/** A host, told apart by its `provider`. */
export const host = z.discriminatedUnion("provider", [
  existingHost,
  hetznerHost,
  digitaloceanHost,
]);

export type HostSettings = z.output<typeof host>;
/** A host whose machine is there already. */
export type ExistingHostSettings = z.output<typeof existingHost>;

type Hosts = Readonly<Record<string, HostSettings>>;

/** The hosts whose machines are there already: only these have an address in the configuration. */
export function existingHosts(hosts: Hosts): [string, ExistingHostSettings][] {
  return Object.entries(hosts).flatMap(([name, one]) =>
    isExisting(one) ? [[name, one]] : [],
  );
}

/** Whether the machine of a host is there already. */
export function isExisting(one: HostSettings): one is ExistingHostSettings {
  return one.provider === undefined || one.provider === "existing";
}
