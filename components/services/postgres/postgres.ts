import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../hosts/host.ts";
import { packageItems, type Packages } from "../../hosts/packages.ts";
import { atOnce, manifestOptions, type Manifest } from "../../manifest.ts";
import { shown } from "../../output.ts";
import { PostgresDatabase, type PostgresDatabaseArgs } from "./database.ts";
import { PostgresGrant, type PostgresGrantArgs } from "./grant.ts";
import {
  clusterGates,
  clusterItems,
  defaultCluster,
  postgresPackages,
  type AccessArgs,
} from "./plan.ts";
import { PostgresRole, type PostgresRoleArgs } from "./role.ts";
import type { PostgresServer } from "./server.ts";
import {
  computedSettings,
  mistakeInSettings,
  type SettingsArgs,
} from "./settings.ts";

export interface PostgresArgs extends SettingsArgs {
  /** The host to run on. Replaces the service; its data stay on the old host. */
  readonly host: Host;
  /** What installs the package `postgresql`. @default - the service installs it itself */
  readonly packages?: Packages | undefined;
  /** Name of the cluster, as `pg_lsclusters` prints it; Debian makes `main`, of its own version of PostgreSQL. Replaces the service. @default "main" */
  readonly cluster?: string | undefined;
  /** Port to listen on. Restarts PostgreSQL. @default 5432 */
  readonly port?: number | undefined;
  /** Addresses of the host to listen on, beside loopback. Restarts PostgreSQL. @default [] */
  readonly listen?: readonly pulumi.Input<string>[] | undefined;
  /** Who may come from other machines, by name: over TLS, with a password. Reloads. @default {} */
  readonly access?: AccessArgs | undefined;
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

/** Who logs in, and what with. */
export interface PostgresLogin {
  /** The role to log in as. */
  readonly user: string;
  /** The generated password; secret. */
  readonly password: pulumi.Output<string>;
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
 * export const password = db.login("shop").password; // secret
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
  readonly logins: Readonly<Record<string, PostgresLogin>>;

  private readonly name: string;

  constructor(
    name: string,
    args: PostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Postgres", name, {}, atOnce(opts));
    this.refuseMistakes(args);
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

  /** Who logs in as a role of `roles`, and what with. */
  login(role: string): PostgresLogin {
    const login = this.logins[role];
    if (login) return login;
    throw this.error(
      this.roles.has(role)
        ? `roles.${role}.login: is false, so nobody logs in as it; remove the line`
        : `login: ${JSON.stringify(role)} is none of roles; add roles.${role}`,
    );
  }

  private refuseMistakes(args: PostgresArgs): void {
    const mistake = mistakeInSettings(args);
    if (mistake) throw this.error(mistake);
  }

  private error(mistake: string): pulumi.ResourceError {
    return new pulumi.ResourceError(mistake, this, true);
  }

  private createServer(
    args: PostgresArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
  ): Manifest {
    const { host, packages, listen = [], access = {} } = args;
    const own = packages ? {} : packageItems(postgresPackages);
    const items = clusterItems({
      cluster: this.cluster,
      port: this.port,
      listen: pulumi.all([...listen]).apply((all) => all.sort()),
      access,
      settings: computedSettings(host, args, (mistake) => this.error(mistake)),
      sandbox: args.sandbox,
    });
    return host.createManifest(
      this.name,
      {
        items: { ...own, ...items },
        gates: clusterGates(this.port),
        holdsData: true,
      },
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
      if (!on)
        throw this.error(
          `grants.${name}.database: ${JSON.stringify(database)} is none of databases`,
        );
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
