import { z } from "zod";
import { absolutePath, packageItem, itemNames } from "../../manifest/items.ts";
import { hardening } from "../hardening/config.ts";
import { hostAddress, listenAddress } from "./address.ts";
import { user } from "./ssh.ts";
import { integer, localPath, port, text } from "./text.ts";

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

const packageName = text(
  (value) => {
    const [name = "", version, ...rest] = value.split("=");
    const hint = 'write it like "htop" or "htop=3.2.2-2"';
    if (!itemNames.package.safeParse(name).success || rest.length > 0) {
      return { rule: "is not the name of a Debian package", hint };
    }
    if (packageItem.shape.version.safeParse(version).success) return undefined;
    return { rule: "has a version that is none of Debian's", hint };
  },
  { pattern: "^[a-z0-9][a-z0-9+.-]+(=[A-Za-z0-9][A-Za-z0-9.+~:-]*)?$" },
);

const homeFolder = text(
  (value) =>
    absolutePath.safeParse(value).success && value !== "/"
      ? undefined
      : {
          rule: "is not the absolute path of a folder",
          hint: 'write it like "/home/admin"; `getent passwd <user>` on the host shows it',
        },
  { pattern: "^/[^/]" },
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

/** One machine that exists already and is reached by SSH. */
export const host = z.strictObject({
  /** Address or name under which the program reaches the host. Updates in place, without a connection. */
  address: hostAddress.describe("Address or name of the host"),
  /** Address under which other hosts of the fleet reach it, and which services listen on. @default - the address */
  privateAddress: listenAddress
    .optional()
    .describe("Address under which other hosts of the fleet reach it"),
  /** Login on the host. Updates in place. @default - `ssh.user` */
  user: user.optional().describe("Login on the host"),
  /** Home folder of the login: where sshd looks for the break-glass key. Updates in place. @default - `/root` for root, else `/home/<user>` */
  home: homeFolder.optional().describe("Home folder of the login"),
  /** Port of sshd: what is dialled, and what the firewall keeps open. Updates in place. @default - `ssh.port` */
  port: port.optional().describe("Port of sshd"),
  /** The host's public key, as in its /etc/ssh/ssh_host_ed25519_key.pub. @default - from `knownHostsFile` */
  hostKey: hostKey.optional().describe("Public host key that is accepted"),
  /** File in the form of known_hosts that has this host's keys. @default - `ssh.knownHostsFile` */
  knownHostsFile: localPath
    .optional()
    .describe("File in the form of known_hosts with this host's keys"),
  /** Accepts a loopback address: the machine that the program runs on. @default false */
  allowLocal: z.boolean().default(false).describe("Accepts a loopback address"),
  /** Further Debian packages, each `name` or `name=version`. Installed in the host's one transaction, never removed. @default [] */
  packages: z
    .array(packageName)
    .default([])
    .describe("Further Debian packages, each name or name=version"),
  /** The sizes that you believe it to have: a difference to what is found is a warning, and both are outputs. A change looks at the host again. @default {} */
  declared: declared.default({}).describe("The sizes it is believed to have"),
  /** What of the fleet's hardening is otherwise here, key by key. @default - the fleet's */
  hardening: hardening
    .optional()
    .describe("What of the fleet's hardening is otherwise here"),
});

export type HostSettings = z.output<typeof host>;
