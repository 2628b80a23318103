import { z } from "zod";
import {
  postgresGrantItem,
  postgresSchemaGrant,
} from "../../../manifest/postgres.ts";
import { name } from "../../config/name.ts";
import { integer, port, text } from "../../config/text.ts";
import { ensureDeclared } from "./config-rules.ts";

const letters = "use lower-case letters, digits and '_'";

/** The name of a role, a database, a schema or an extension. */
const sqlName = text((value) => {
  if (!/^[a-z_][a-z0-9_-]*$/.test(value))
    return { rule: "must be a name that SQL takes as it is", hint: letters };
  if (value.length > 63)
    return { rule: "is longer than 63 characters", hint: "shorten it" };
  return undefined;
});

const ownName = text((value) => {
  const fault = sqlName.safeParse(value).error?.issues[0];
  if (fault) return { rule: fault.message, hint: letters };
  const isTaken =
    /^(pg_|flotilla_)/.test(value) ||
    ["postgres", "template0", "template1", "public", "all"].includes(value);
  return isTaken
    ? { rule: "is a name of PostgreSQL's or Flotilla's own", hint: "rename it" }
    : undefined;
});

const connectionLimit = integer(-1, 262143).default(-1);
const inSchema = postgresSchemaGrant.shape;

/** A role under a generated password. */
export const postgresRole = z.strictObject({
  /** A new value makes a new password, and the old one is refused afterwards. @default "1" */
  rotate: text((value) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,29}$/.test(value)
      ? undefined
      : {
          rule: "must be at most 30 letters, digits, '.', '_' and '-'",
          hint: 'use a date, such as "2026-11"',
        },
  )
    .default("1")
    .describe("A new value makes a new password"),
  /** Hosts that use it: they get `postgresql-client` and its password, and prove that they get in. A flow must lead from them. Each rotation then logs in as `<role>_<rotate>`, and the old one goes last. @default [] */
  clients: z
    .array(name)
    .default([])
    .describe("Other hosts that log in as this role"),
  /** May log in. @default true */
  login: z.boolean().default(true).describe("May log in"),
  /** Roles whose privileges it has. Updates in place. @default [] */
  memberOf: z
    .array(sqlName)
    .default([])
    .describe("Roles whose privileges it has"),
  /** Connections at a time (-1–262143); -1 is no limit. Updates in place. @default -1 */
  connectionLimit: connectionLimit.describe("Connections at a time"),
  /** Takes over a role that exists and was not made by Flotilla. @default false */
  adopt: z.boolean().default(false).describe("Takes over a role that exists"),
});

/** A database. */
export const postgresDatabase = z.strictObject({
  /** The role that owns it. Updates in place, after a verified dump. */
  owner: sqlName.describe("The role that owns it"),
  /** Extensions that must be there; one that leaves the list stays. Updates in place, after a verified dump. @default [] */
  extensions: z
    .array(sqlName)
    .default([])
    .describe("Extensions that must be there"),
  /** Order and classes of characters; never changed. @default - the cluster's */
  locale: text((value) =>
    /^[A-Za-z0-9_.@-]{1,60}$/.test(value)
      ? undefined
      : { rule: "must be the name of a locale", hint: "such as C.UTF-8" },
  )
    .optional()
    .describe("Order and classes of characters"),
  /** Every role may connect; else its owner, and whom a grant names. Updates in place. @default false */
  public: z.boolean().default(false).describe("Every role may connect"),
  /** Connections at a time (-1–262143); -1 is no limit. Updates in place. @default -1 */
  connectionLimit: connectionLimit.describe("Connections at a time"),
  /** A new value makes a verified dump, such as the version that is about to be deployed. @default - none */
  dumpFor: text((value) =>
    /^[A-Za-z0-9._-]{1,100}$/.test(value)
      ? undefined
      : {
          rule: "must be at most 100 letters, digits, '.', '_' and '-'",
          hint: "use a version",
        },
  )
    .optional()
    .describe("A new value makes a verified dump"),
  /** Stays when it is taken out or destroyed. Else it is dumped, and dropped. @default true */
  keepData: z.boolean().default(true).describe("Stays on destroy"),
  /** Takes over a database that exists and was not made by Flotilla. @default false */
  adopt: z
    .boolean()
    .default(false)
    .describe("Takes over a database that exists"),
});

/** All that a role may do in a database: what is not named is revoked. */
export const postgresGrant = z.strictObject({
  /** One of `databases`. */
  database: sqlName.describe("The database"),
  /** The role that is granted to. */
  role: sqlName.describe("The role that is granted to"),
  /** `CONNECT`, `CREATE`, `TEMPORARY`. Updates in place. @default ["CONNECT"] */
  privileges: postgresGrantItem.shape.database.describe(
    "On the database itself",
  ),
  /** By schema: `schema` (`USAGE`, `CREATE`), `tables`, `sequences`; also on those that the owner creates later. Updates in place. @default {} */
  schemas: z
    .record(
      sqlName,
      z.strictObject({
        schema: inSchema.schema.describe("On the schema itself"),
        tables: inSchema.tables.describe("On its tables and views"),
        sequences: inSchema.sequences.describe("On its sequences"),
      }),
    )
    .default({})
    .describe("In its schemas, by name"),
  /** Revokes what the role has there by somebody else's hand. @default false */
  adopt: z.boolean().default(false).describe("Revokes what nobody declared"),
});

/** A PostgreSQL server with roles, databases and grants. */
export const postgres = z.strictObject({
  type: z.literal("postgres").describe("The kind of service"),
  /** Name of the host. Replaces the service; its data stay on the old host. */
  host: name.describe("Name of the host"),
  /** Port that it listens on, at loopback, and at the host's address when a flow leads to it. Restarts PostgreSQL. @default 5432 */
  port: port.default(5432).describe("Port that PostgreSQL listens on"),
  /** Memory that it may count on, in MiB (256–16777216). Restarts PostgreSQL. @default - the host's memory, as its facts tell it */
  memoryMib: integer(256, 16777216)
    .optional()
    .describe("Memory that PostgreSQL may count on, in MiB"),
  /** Connections at a time (10–10000). Restarts PostgreSQL. @default 100 */
  maxConnections: integer(10, 10000)
    .default(100)
    .describe("Connections at a time"),
  /** Settings of postgresql.conf, which win over the computed ones. Restarts where a setting asks for it, else reloads. @default {} */
  settings: z
    .record(
      text((value) =>
        /^[a-z_][a-z0-9_.]{0,62}$/.test(value)
          ? undefined
          : { rule: "must be the name of a setting", hint: letters },
      ),
      z.union([z.string(), z.number(), z.boolean()]),
    )
    .default({})
    .describe("Settings of postgresql.conf"),
  /** Takes away from it what it does not need (docs/hardening.md). Restarts PostgreSQL. @default true */
  sandbox: z
    .boolean()
    .optional()
    .describe("Takes away from PostgreSQL what it does not need"),
  /** Its roles, by name. @default {} */
  roles: z
    .record(ownName, postgresRole)
    .default({})
    .describe("Its roles, by name"),
  /** Its databases, by name. @default {} */
  databases: z
    .record(ownName, postgresDatabase)
    .default({})
    .describe("Its databases, by name"),
  /** What roles may do in databases, by any name. @default {} */
  grants: z
    .record(name, postgresGrant)
    .default({})
    .describe("What roles may do in databases"),
});

/** The same, where everything that is named is declared. */
export const postgresService = postgres.superRefine(ensureDeclared);

export type PostgresConfig = z.output<typeof postgres>;
