import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../hosts/host.ts";
import { packageItems, type Packages } from "../../hosts/packages.ts";
import { manifestOptions, type Manifest } from "../../manifest.ts";
import { shown } from "../../output.ts";
import { PostgresDatabase, type PostgresDatabaseArgs } from "./database.ts";
import { PostgresGrant, type PostgresGrantArgs } from "./grant.ts";
import { memorySettings, type MemorySettings } from "./memory.ts";
import {
  clusterGates,
  clusterItems,
  defaultCluster,
  type AccessArgs,
} from "./plan.ts";
import { PostgresRole, type PostgresRoleArgs } from "./role.ts";
import type { PostgresServer } from "./server.ts";

type Settings = Readonly<Record<string, string | number | boolean>>;

export interface PostgresArgs {
  /** The host to run on. Replaces the service; its data stay on the old host. */
  readonly host: Host;
  /** What installs the package `postgresql`. @default - the service installs it itself */
  readonly packages?: Packages | undefined;
  /** Name of the cluster, as `pg_lsclusters` prints it; Debian makes `main`, of its own version of PostgreSQL. Replaces the service. @default "main" */
  readonly cluster?: string | undefined;
  /** Port to listen on. Restarts PostgreSQL. @default 5432 */
  readonly port?: number | undefined;
  /** Addresses of the host to listen on, beside loopback. Restarts PostgreSQL. @default [] */
  readonly listen?: readonly string[] | undefined;
  /** Who may come from other machines, by name: over TLS, with a password. Reloads. @default {} */
  readonly access?: AccessArgs | undefined;
  /** Memory that PostgreSQL may count on, in MiB (256–16777216); docs/postgres.md has the arithmetic. Restarts PostgreSQL. @default - the host's memory, as its facts tell it */
  readonly memoryMib?: number | undefined;
  /** Connections at a time (10–10000). Restarts PostgreSQL. @default 100 */
  readonly maxConnections?: number | undefined;
  /** Settings of postgresql.conf, which win over the computed ones. Restarts where a setting asks for it, else reloads. @default {} */
  readonly settings?: Settings | undefined;
  /** Takes away from it what it does not need (docs/hardening.md). Restarts PostgreSQL. @default true */
  readonly sandbox?: boolean | undefined;
  /** Its roles, by name. @default {} */
  readonly roles?:
    | Readonly<Record<string, Omit<PostgresRoleArgs, "server" | "name">>>
    | undefined;
  /** Its databases, by name; an owner is a role of these or of PostgreSQL's. @default {} */
  readonly databases?:
    | Readonly<
        Record<
          string,
          Omit<PostgresDatabaseArgs, "server" | "name" | "owner"> & {
            readonly owner: string;
          }
        >
      >
    | undefined;
  /** What roles may do in databases, by any name. @default {} */
  readonly grants?:
    | Readonly<
        Record<
          string,
          Omit<PostgresGrantArgs, "database" | "role"> & {
            readonly database: string;
            readonly role: string;
          }
        >
      >
    | undefined;
}

/**
 * A PostgreSQL server with its roles, databases and grants, each a child of its own. It listens on loopback, and
 * beyond it only where asked. Its data stay on destroy.
 *
 * @example
 * ```ts
 * const db = new Postgres("db", {
 *   host,
 *   roles: { shop: { rotate: "2026-11" } },
 *   databases: { shop: { owner: "shop" } },
 * });
 * export const password = db.roles.get("shop")?.password; // secret
 * ```
 */
export class Postgres
  extends pulumi.ComponentResource
  implements PostgresServer
{
  /** The host that it runs on. */
  readonly host: Host;
  /** The port that it listens on. */
  readonly port: number;
  /** Its name among the clusters of its host. */
  readonly cluster: string;
  /** The server without its children. */
  readonly ready: pulumi.Resource;
  /** The roles, by name. */
  readonly roles: ReadonlyMap<string, PostgresRole>;
  /** The databases, by name. */
  readonly databases: ReadonlyMap<string, PostgresDatabase>;
  /** The grants, by name. */
  readonly grants: ReadonlyMap<string, PostgresGrant>;
  /** Hash of what is wanted of the server. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  /** Who logs in, and what with, by role; passwords are secret. */
  readonly logins: Readonly<
    Record<
      string,
      { readonly user: string; readonly password: pulumi.Output<string> }
    >
  >;

  private readonly name: string;

  constructor(
    name: string,
    args: PostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Postgres", name, {}, opts);
    this.name = name;
    this.host = args.host;
    this.port = args.port ?? 5432;
    this.cluster = args.cluster ?? defaultCluster;
    const manifest = this.createServer(args, opts);
    this.ready = manifest;
    this.roles = this.createRoles(args);
    this.logins = loginsOf(this.roles);
    this.databases = this.createDatabases(args);
    this.grants = this.createGrants(args);
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ port: this.port, revision: shown(this.revision) });
  }

  private createServer(
    args: PostgresArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
  ): Manifest {
    const { host, packages, listen = [], access = {} } = args;
    const own = packages ? {} : packageItems({ postgresql: {} });
    const items = clusterItems({
      cluster: this.cluster,
      port: this.port,
      listen,
      access,
      settings: settingsOf(args),
      sandbox: args.sandbox,
    });
    return host.createManifest(
      this.name,
      { items: { ...own, ...items }, gates: clusterGates(this.port) },
      manifestOptions(this, opts, [packages ?? host]),
    );
  }

  private createRoles({ roles = {} }: PostgresArgs) {
    return mapped(roles, (name, role) => {
      const args = { ...role, name, server: this };
      return new PostgresRole(this.childName(name, "role"), args, this.child);
    });
  }

  private createDatabases({ databases = {} }: PostgresArgs) {
    return mapped(databases, (name, { owner, ...rest }) => {
      const role = this.roles.get(owner) ?? owner;
      const args = { ...rest, name, server: this, owner: role };
      return new PostgresDatabase(
        this.childName(name, "database"),
        args,
        this.child,
      );
    });
  }

  private createGrants({ grants = {} }: PostgresArgs) {
    return mapped(grants, (name, { database, role, ...rest }) => {
      const on = this.databases.get(database);
      if (!on) {
        const message = `grants.${name}.database: ${JSON.stringify(database)} is none of databases`;
        throw new pulumi.ResourceError(message, this, true);
      }
      const args = {
        ...rest,
        database: on,
        role: this.roles.get(role) ?? role,
      };
      return new PostgresGrant(this.childName(name, "grant"), args, this.child);
    });
  }

  /** A role and a database of one name are two resources. */
  private childName(name: string, kind: string): string {
    return `${this.name}-${kind}-${name}`;
  }

  private get child(): pulumi.ComponentResourceOptions {
    return { parent: this };
  }
}

/** Computed settings first; of those that come from facts each is a value of its own, known after the first contact. */
function settingsOf(args: PostgresArgs) {
  const { host, memoryMib, maxConnections = 100, settings = {} } = args;
  const memory = pulumi
    .output(memoryMib ?? host.facts.memoryMib)
    .apply((mib) => memorySettings({ memoryMib: mib, maxConnections }));
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

function loginsOf(roles: ReadonlyMap<string, PostgresRole>) {
  return Object.fromEntries(
    [...roles].flatMap(([name, { user, password }]) =>
      password ? [[name, { user, password }] as const] : [],
    ),
  );
}

function mapped<T, R>(
  record: Readonly<Record<string, T>>,
  make: (name: string, value: T) => R,
): Map<string, R> {
  return new Map(
    Object.entries(record).map(([name, value]) => [name, make(name, value)]),
  );
}
