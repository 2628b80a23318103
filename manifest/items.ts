import { z } from "zod";
import { hostKeyItem, hostKeyType } from "./host-key.ts";
import { userItem, userName } from "./user.ts";
import {
  postgresClusterItem,
  postgresDatabaseItem,
  postgresGrantItem,
  postgresNames,
  postgresRoleItem,
} from "./postgres.ts";

/** A path on the host: absolute, normalised, without characters that would need an escape in a record. */
export const absolutePath = z
  .string()
  .max(4096)
  .regex(
    /^\/[^\0\t\n\r]*$/,
    "must be an absolute path without control characters",
  )
  .refine(
    (path) =>
      path === "/" ||
      !path
        .slice(1)
        .split("/")
        .some((part) => part === "" || part === "." || part === ".."),
    "must be normalised: no '..', '.', '//' and no trailing slash",
  );

const account = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, "must be a Linux user or group name");

const mode = z
  .string()
  .regex(/^0[0-7]{3}$/, "must be four octal digits that start with 0");

const unitName = z
  .string()
  .regex(
    /^[A-Za-z0-9:_.@-]{1,200}\.(service|timer|socket|path|mount|target)$/,
    "must be a full unit name, such as 'nginx.service'",
  );

const ownership = {
  /** Owner of the path. @default "root" */
  owner: account.default("root"),
  /** Group of the path. @default "root" */
  group: account.default("root"),
};

const templateValues = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .default({});

/** What to do with a unit after the item changed; many items that name one unit cause one action. */
export const notification = z.strictObject({
  unit: unitName,
  action: z.enum(["reload", "restart"]),
});

/** Programs that read a file, or a whole configuration, and say whether it is valid. */
export const validator = z.enum([
  "nginx",
  "sshd",
  "sudoers",
  "nft",
  "unit",
  "authorized-keys",
]);

/** A Debian package that must be installed. */
export const packageItem = z.strictObject({
  /** The exact version, as apt prints it. @default - whatever version is installed; else the newest that apt offers */
  version: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.+~:-]*$/, "must be a Debian version")
    .optional(),
  /** Removes the package when the manifest is deleted. @default false */
  purge: z.boolean().default(false),
  /** Units that the package does not start when it brings them: whoever configures them does. @default - none */
  deferStart: z.array(unitName).optional(),
});

/** A file whose content is `template` with its `{{name}}` tags replaced by `values`. */
export const fileItem = z.strictObject({
  template: z.string(),
  /** A value may be a secret: it is then secret in its own leaf, and the rest of a preview stays readable. */
  values: templateValues,
  mode: mode.default("0644"),
  ...ownership,
  /** Checked before the file is activated. */
  validate: validator.optional(),
  notify: z.array(notification).default([]),
  /** Takes over a file that exists with other content and is nobody's. @default false */
  adopt: z.boolean().default(false),
});

/** A directory; only one that this manifest made and that is empty is removed on delete. */
export const directoryItem = z.strictObject({
  mode: mode.default("0755"),
  ...ownership,
  /** It holds data: never removed, and named by a delete. @default false */
  data: z.boolean().default(false),
});

/** A symbolic link, replaced atomically. */
export const linkItem = z.strictObject({
  /** Absolute or relative, as `ln -s` takes it. */
  target: z
    .string()
    .min(1)
    .regex(/^[^\0\t\n\r]+$/),
  notify: z.array(notification).default([]),
  adopt: z.boolean().default(false),
});

/** A path that must not exist: a file, a link or an empty directory. Nothing is put back on delete. */
export const absentItem = z.strictObject({
  notify: z.array(notification).default([]),
});

/** A systemd unit and the state that it must be in. */
export const unitItem = z.strictObject({
  /** Starts at boot. @default true */
  enabled: z.boolean().default(true),
  /** Runs now. @default true */
  active: z.boolean().default(true),
});

/** An immutable directory of static files under `<path>/releases/<digest>`, switched by the link `<path>/current`. */
export const releaseItem = z.strictObject({
  /** The directory on the workstation that the files are read from. */
  source: z.string().min(1),
  /** Relative path → SHA-256 of the content, in hexadecimal. */
  files: z.record(
    z
      .string()
      .regex(
        /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\0\t\n\r]+$/,
        "must be a relative path without '..'",
      ),
    z.string().regex(/^[0-9a-f]{64}$/),
  ),
  /** Releases to keep, the current and the previous one included (2–20). @default 5 */
  keep: z.number().int().min(2).max(20).default(5),
});

/** One allowed way in. */
export const firewallRule = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).default("tcp"),
  /** 1–65535. */
  port: z.number().int().min(1).max(65535),
  /** Addresses or CIDR ranges, IPv4 or IPv6. @default - from anywhere */
  from: z.array(z.string().regex(/^[0-9a-fA-F.:/]+$/)).optional(),
});

/** The nftables table `inet <name>`, generated whole: loopback, replies, ICMP and `rules` come in, nothing else does. */
export const nftablesItem = z.strictObject({
  rules: z.record(z.string().regex(/^[A-Za-z0-9._-]{1,60}$/), firewallRule),
  /** How long the host waits for a confirmation by a new connection before it restores the old rules, in seconds (5–600). @default 60 */
  confirmSeconds: z.number().int().min(5).max(600).default(60),
  /** What is left after a delete: no table, or SSH and replies. @default "remove" */
  onDelete: z.enum(["remove", "ssh-only"]).default("remove"),
  /** The port that sshd really listens on: what `ssh-only` leaves open. 1–65535. */
  sshPort: z.number().int().min(1).max(65535),
});

/** A drop-in of sshd: validated, and kept only when a new connection gets through under it. */
export const sshdItem = z.strictObject({
  template: z.string(),
  values: templateValues,
  /** How long the host waits for a confirmation by a new connection before it restores the old settings, in seconds (5–600). @default 60 */
  confirmSeconds: z.number().int().min(5).max(600).default(60),
  /** Takes over a file that exists with other content and is nobody's. @default false */
  adopt: z.boolean().default(false),
});

/** One line `KEY value` or `KEY=value` in a file that belongs to somebody else; a delete puts the old line back. */
export const settingItem = z.strictObject({
  value: z
    .string()
    .min(1)
    .max(1000)
    .regex(
      /^[^\s\0](?:[^\t\n\r\0]*[^\s\0])?$/,
      "must be one line without tabs or surrounding blanks",
    ),
  /** What stands between key and value. @default "space" */
  separator: z.enum(["space", "equals"]).default("space"),
});

/** The value of a kernel parameter while the host runs. One that this kernel lacks or this container may not change is left alone. */
export const sysctlItem = z.strictObject({
  /** As `/proc/sys` shows it, words separated by one blank. */
  value: z
    .string()
    .regex(/^[!-~]+(?: [!-~]+)*$/, "must be words separated by one blank"),
});

/** The kinds of item; an item's key is `<kind>:<name>`. */
export const itemKinds = {
  package: packageItem,
  file: fileItem,
  directory: directoryItem,
  link: linkItem,
  absent: absentItem,
  unit: unitItem,
  release: releaseItem,
  nftables: nftablesItem,
  sshd: sshdItem,
  "host-key": hostKeyItem,
  setting: settingItem,
  sysctl: sysctlItem,
  user: userItem,
  "postgres-cluster": postgresClusterItem,
  "postgres-role": postgresRoleItem,
  "postgres-database": postgresDatabaseItem,
  "postgres-grant": postgresGrantItem,
} as const;

export type ItemKind = keyof typeof itemKinds;
export type ItemKey = `${ItemKind}:${string}`;

/** An item as it was parsed, defaults filled in. */
export type ItemOf<K extends ItemKind> = z.output<(typeof itemKinds)[K]>;
/** An item as it is written down. */
export type ItemArgsOf<K extends ItemKind> = z.input<(typeof itemKinds)[K]>;
export type Notification = z.output<typeof notification>;
export type Validator = z.output<typeof validator>;
export type FirewallRule = z.output<typeof firewallRule>;

/** What may stand behind `<kind>:`. */
export const itemNames: Record<ItemKind, z.ZodType<string>> = {
  package: z
    .string()
    .regex(/^[a-z0-9][a-z0-9+.-]+$/, "must be a Debian package name"),
  file: absolutePath,
  directory: absolutePath,
  link: absolutePath,
  absent: absolutePath,
  unit: unitName,
  release: absolutePath,
  nftables: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/, "must be a table name in lower case"),
  sshd: z
    .string()
    .regex(
      /^\/etc\/ssh\/sshd_config\.d\/[A-Za-z0-9._-]{1,80}\.conf$/,
      "must be a file '/etc/ssh/sshd_config.d/….conf'",
    ),
  "host-key": hostKeyType,
  setting: z
    .string()
    .regex(
      /^\/(?!.*(?:\/\/|\/\.{1,2}\/))[^:\0\t\n\r]+:[A-Za-z0-9_.-]+$/,
      "must be a path and a key, such as '/etc/login.defs:UMASK'",
    ),
  sysctl: z
    .string()
    .regex(
      /^[a-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/,
      "must be a kernel parameter, such as 'kernel.kptr_restrict'",
    ),
  user: userName,
  ...postgresNames,
};
