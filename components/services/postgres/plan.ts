import type { Input } from "@pulumi/pulumi";
import type { GateArgs } from "../../../manifest/gates.ts";
import type { ItemArgsOf } from "../../../manifest/items.ts";
import type { PackageArgs } from "../../hosts/packages.ts";
import type { DeepInput } from "../../input.ts";
import { item, type Items } from "../../items.ts";
import { sandboxItems, type Sandbox } from "../../sandbox.ts";

/** systemd's name of all clusters together. */
export const postgresUnit = "postgresql.service";

/** Debian's package makes a cluster; it starts with our configuration. */
export const postgresPackages: Readonly<Record<string, PackageArgs>> = {
  postgresql: { deferStart: [postgresUnit] },
};

/** The cluster that Debian's package makes. */
export const defaultCluster = "main";

/** The name of the database that is always there. */
export const maintenanceDatabase = "postgres";

/** Who may come from other machines, by name: addresses or ranges, one database or all, one role or all. */
export type AccessArgs = Readonly<
  Record<
    string,
    {
      readonly from: readonly Input<string>[];
      /** @default "all" */
      readonly database?: string | undefined;
      /** @default "all" */
      readonly role?: string | undefined;
    }
  >
>;

/** What decides how a cluster runs. */
export interface ClusterSettings {
  readonly cluster: string;
  readonly port: number;
  readonly listen: DeepInput<readonly string[]>;
  readonly settings: Readonly<Record<string, Input<string | number | boolean>>>;
  readonly access: AccessArgs;
  readonly sandbox?: boolean | undefined;
}

/**
 * Debian's script starts as root and becomes `postgres`; it makes the log where there is none. Queries may be compiled
 * while they run. Data, sockets and logs are where Debian puts them.
 */
export const postgresSandbox: Sandbox = {
  capabilities: [
    ...["CAP_SETUID", "CAP_SETGID", "CAP_CHOWN", "CAP_FOWNER"],
    ...["CAP_DAC_OVERRIDE", "CAP_KILL"],
  ],
  writable: [
    ...["/run/postgresql", "/var/lib/postgresql", "/var/log/postgresql"],
  ],
  changesUser: true,
  makesCode: true,
};

const instances = "postgresql@.service";

/** The items of a server: Debian's own files stay as they are, ours come after them. */
export function clusterItems({ cluster, ...body }: ClusterSettings): Items {
  const { port, listen, settings, access, sandbox } = body;
  return {
    ...(sandbox === false
      ? {}
      : sandboxItems(instances, postgresSandbox, postgresUnit)),
    ...item("directory", dropInFolder, {}),
    ...item("file", `${dropInFolder}/flotilla.conf`, { template: dropIn }),
    ...item("postgres-cluster", cluster, {
      port,
      listen,
      settings,
      access,
    }),
  };
}

/** What must hold for a server to count as up, before there is any role. */
export function clusterGates(port: number): Record<string, GateArgs> {
  return { postgres: { kind: "tcp", port } };
}

/** Gates of a manifest, by name. */
export type Gates = Readonly<Record<string, DeepInput<GateArgs>>>;

/** Who logs in where, and what with. */
export interface RoleGateArgs {
  readonly address?: Input<string>;
  readonly port: number;
  readonly database: string;
  readonly role: string;
  readonly passwordFile: string;
  /** `schema` creates, inserts, reads back and drops in a schema of its own. @default "login" */
  readonly probe?: "login" | "schema";
}

/** The proof that a role logs in, or can work, from the host that has its password. Beside a server that answers it does not wait long. */
export function roleGate(name: string, args: RoleGateArgs): Gates {
  const timing = args.address === undefined ? { deadlineSeconds: 10 } : {};
  return { [name]: { kind: "postgres", ...timing, ...args } };
}

/** A file on the same host that holds a password, and what is told when it changes. */
export type CredentialFileArgs = Omit<
  ItemArgsOf<"file">,
  "values" | "adopt" | "mode"
> & {
  /** @default "0600" */
  readonly mode?: string | undefined;
};

/** What a template of a credential file may name. */
export interface Credentials {
  readonly role: Input<string>;
  readonly password: Input<string>;
  readonly address: Input<string>;
  readonly port: number;
  readonly database: string;
}

/** The file that a gate reads, in the format of `~/.pgpass`; for root alone. */
export function passwordFileItems(
  path: string,
  role: Input<string>,
  password: Input<string>,
): Items {
  return item("file", path, {
    template: "*:*:*:{{role}}:{{password}}\n",
    values: { role, password },
    mode: "0600",
  });
}

/** Files for an app: only the values that a template names are given to it. */
export function credentialFileItems(
  files: Readonly<Record<string, CredentialFileArgs>>,
  credentials: Credentials,
): Items {
  return Object.entries(files).reduce<Items>(
    (items, [path, { template, mode = "0600", ...rest }]) => {
      const values = Object.fromEntries(
        Object.entries(credentials).filter(([name]) =>
          new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(template),
        ),
      );
      return {
        ...items,
        ...item("file", path, { template, values, mode, ...rest }),
      };
    },
    {},
  );
}

/** Where the password of a role lies on the server's own host, and on a client's. */
export function passwordFile(place: string, role: string): string {
  return `/etc/flotilla/postgres/${place}/${role}.pgpass`;
}

/** The role that logs in during one rotation, where two overlap: letters, digits and `_`. */
export function loginName(role: string, rotation: string): string {
  return `${role}_${rotation.replaceAll(/[^A-Za-z0-9]+/g, "_").toLowerCase()}`;
}

const dropInFolder = `/etc/systemd/system/${instances}.d`;

/** The address to listen on must exist when PostgreSQL starts, also at boot. */
const dropIn = `# Made by Flotilla.
[Unit]
Wants=network-online.target
After=network-online.target
`;
