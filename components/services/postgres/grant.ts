import * as pulumi from "@pulumi/pulumi";
import type { ItemArgsOf } from "../../../manifest/items.ts";
import { item } from "../../items.ts";
import { manifestOptions, type Manifest } from "../../manifest.ts";
import { shown } from "../../output.ts";
import type { PostgresDatabase } from "./database.ts";
import { roleGate, type Gates } from "./plan.ts";
import { PostgresRole } from "./role.ts";

type GrantItem = ItemArgsOf<"postgres-grant">;

export interface PostgresGrantArgs {
  /** The database. Replaces the grant. */
  readonly database: PostgresDatabase;
  /** The role that is granted to. Replaces the grant. */
  readonly role: PostgresRole | string;
  /** What it may do with the database itself. Updates in place. @default ["CONNECT"] */
  readonly privileges?: GrantItem["database"];
  /** What it may do in schemas, by name; on tables and sequences also those that the database's owner creates later. Updates in place. @default {} */
  readonly schemas?: GrantItem["schemas"];
  /** Revokes what the role has in the database by somebody else's hand. @default false */
  readonly adopt?: boolean | undefined;
}

/**
 * All that a role may do in a database by privileges of its own: what is not named is revoked.
 *
 * @example
 * ```ts
 * new PostgresGrant("reporting-on-shop", {
 *   database: shop,
 *   role: reporting,
 *   schemas: { public: { schema: ["USAGE"], tables: ["SELECT"] } },
 * });
 * ```
 */
export class PostgresGrant extends pulumi.ComponentResource {
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: PostgresGrantArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:PostgresGrant", name, {}, opts);
    const { database, role, privileges = ["CONNECT"], schemas = {} } = args;
    const { server } = database;
    const roleName = role instanceof PostgresRole ? role.role : role;
    const key = `${server.cluster}/${database.database}/${roleName}`;
    const body = { database: privileges, schemas, adopt: args.adopt ?? false };
    const needs = role instanceof PostgresRole ? [database, role] : [database];
    const manifest = server.host.createManifest(
      name,
      {
        holdsData: true,
        items: item("postgres-grant", key, body),
        gates: loginGate(database, role, privileges),
      },
      manifestOptions(this, opts, [server.ready ?? server.host, ...needs]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ revision: shown(this.revision) });
  }
}

/** Only a role that may connect, and whose password is known here, can be tried. */
function loginGate(
  { server, database }: PostgresDatabase,
  role: PostgresRole | string,
  privileges: readonly string[],
): Gates {
  if (!(role instanceof PostgresRole) || !role.passwordFile) return {};
  if (!privileges.includes("CONNECT")) return {};
  const { user, passwordFile } = role;
  const { port } = server;
  return roleGate("login", { port, database, role: user, passwordFile });
}
