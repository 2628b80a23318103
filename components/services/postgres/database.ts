import * as pulumi from "@pulumi/pulumi";
import { item } from "../../items.ts";
import { manifestOptions, type Manifest } from "../../manifest.ts";
import { shown } from "../../output.ts";
import { roleGate, type Gates } from "./plan.ts";
import { PostgresRole } from "./role.ts";
import type { PostgresServer } from "./server.ts";

export interface PostgresDatabaseArgs {
  /** The server that it is on. Replaces the database; its data stay. */
  readonly server: PostgresServer;
  /** Its name in PostgreSQL. Replaces the database; its data stay. @default - the resource's name */
  readonly name?: string | undefined;
  /** The role that owns it. Updates in place, after a verified dump. */
  readonly owner: PostgresRole | string;
  /** Extensions that must be there; one that leaves the list stays. Updates in place, after a verified dump. @default [] */
  readonly extensions?: readonly string[] | undefined;
  /** Never changed: a database with another one is refused. @default "UTF8" */
  readonly encoding?: string | undefined;
  /** Never changed: a database with another one is refused. @default - the cluster's */
  readonly locale?: string | undefined;
  /** Every role may connect; else its owner, and whom a grant names. Updates in place. @default false */
  readonly public?: boolean | undefined;
  /** Connections at a time (-1–262143); -1 is no limit. Updates in place. @default -1 */
  readonly connectionLimit?: number | undefined;
  /** A new value makes a verified dump, such as the version that is about to be deployed. @default - none */
  readonly dumpFor?: pulumi.Input<string> | undefined;
  /** Stays on destroy. Else it is dumped, and dropped. @default true */
  readonly keepData?: boolean | undefined;
  /** Takes over a database that exists and was not made by this program. @default false */
  readonly adopt?: boolean | undefined;
}

/**
 * A database of PostgreSQL. It counts as up when its owner logs in, creates, inserts, reads back and drops in a
 * schema of its own. A change that touches data makes a dump first, which is proven to restore; five are kept.
 *
 * @example
 * ```ts
 * const shop = new PostgresDatabase("shop", { server: db, owner: app, extensions: ["citext"] });
 * ```
 */
export class PostgresDatabase extends pulumi.ComponentResource {
  readonly server: PostgresServer;
  /** Its name in PostgreSQL. */
  readonly database: string;
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: PostgresDatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:PostgresDatabase", name, {}, opts);
    const { server, owner } = args;
    this.server = server;
    this.database = args.name ?? name;
    const key = `${server.cluster}/${this.database}`;
    const needs = owner instanceof PostgresRole ? [owner] : [];
    const manifest = server.host.createManifest(
      name,
      {
        holdsData: true,
        items: item("postgres-database", key, bodyOf(args)),
        gates: this.ownerGate(owner),
      },
      manifestOptions(this, opts, [server.ready ?? server.host, ...needs]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    const { database, revision } = this;
    this.registerOutputs({ database, revision: shown(revision) });
  }

  /** Only an owner whose password is known here can be tried. */
  private ownerGate(owner: PostgresRole | string): Gates {
    if (!(owner instanceof PostgresRole) || !owner.passwordFile) return {};
    return roleGate("owner", {
      port: this.server.port,
      database: this.database,
      role: owner.user,
      passwordFile: owner.passwordFile,
      probe: "schema",
    });
  }
}

function bodyOf(args: PostgresDatabaseArgs) {
  const { owner, extensions = [], locale, dumpFor } = args;
  return {
    owner: owner instanceof PostgresRole ? owner.role : owner,
    extensions: [...extensions].sort(),
    encoding: args.encoding ?? "UTF8",
    public: args.public ?? false,
    connectionLimit: args.connectionLimit ?? -1,
    keepData: args.keepData ?? true,
    adopt: args.adopt ?? false,
    ...(locale === undefined ? {} : { locale }),
    ...(dumpFor === undefined ? {} : { dumpFor }),
  };
}
