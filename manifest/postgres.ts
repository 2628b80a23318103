import { z } from "zod";

/** A name that SQL may hold without surprises: lower case, at most 63 characters. */
export const sqlName = z
  .string()
  .regex(
    /^[a-z_][a-z0-9_-]{0,62}$/,
    "must be a name of lower-case letters, digits, '_' and '-', at most 63 of them, that does not begin with a digit",
  );

const ownName = sqlName.refine(
  (name) =>
    !/^(pg_|flotilla_)/.test(name) &&
    !["postgres", "template0", "template1", "public", "all"].includes(name),
  "is a name of PostgreSQL's or Flotilla's own",
);

/** The name of a cluster, as `pg_lsclusters` prints it. */
const clusterName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,30}$/,
    "must be the name of a cluster, such as 'main'",
  );

const address = z.string().regex(/^[0-9a-fA-F.:/]+$/);

/** A number of connections; -1 is no limit. */
const connectionLimit = z.number().int().min(-1).max(262143).default(-1);

/** Settings that other fields decide. */
const decidedElsewhere = [
  "listen_addresses",
  "port",
  "hba_file",
  "password_encryption",
];

const settingName = z
  .string()
  .regex(/^[a-z_][a-z0-9_.]{0,62}$/, "must be the name of a setting")
  .refine(
    (name) => !decidedElsewhere.includes(name),
    `is decided elsewhere: ${decidedElsewhere.join(", ")} are not settings here`,
  );

const settingValue = z.union([
  z
    .string()
    .max(1000)
    .regex(/^[^\0\t\n\r]*$/, "must not hold control characters"),
  z.number(),
  z.boolean(),
]);

/** One way in from another machine, over TLS, with a password. */
export const postgresAccess = z.strictObject({
  /** Addresses or CIDR ranges. */
  from: z.array(address).min(1),
  /** The database that it leads to. @default "all" */
  database: z.union([z.literal("all"), sqlName]).default("all"),
  /** The role that may use it. @default "all" */
  role: z.union([z.literal("all"), sqlName]).default("all"),
});

/** A cluster of Debian's PostgreSQL: runs, starts at boot, listens, and reads settings and access rules of ours. */
export const postgresClusterItem = z.strictObject({
  /** 1–65535. A change restarts PostgreSQL. @default 5432 */
  port: z.number().int().min(1).max(65535).default(5432),
  /** Addresses to listen on beside loopback. A change restarts PostgreSQL. @default [] */
  listen: z.array(address).default([]),
  /** Settings of postgresql.conf by name. Restarts where the setting asks for it, else reloads. @default {} */
  settings: z.record(settingName, settingValue).default({}),
  /** Who may come from other machines, by name. Reloads. @default {} */
  access: z
    .record(z.string().regex(/^[A-Za-z0-9._-]{1,60}$/), postgresAccess)
    .default({}),
});

/** A role. Its password is sent as a verifier: PostgreSQL never sees it in clear. */
export const postgresRoleItem = z.strictObject({
  /** May log in. @default true */
  login: z.boolean().default(true),
  /** 8–128 letters, digits and `_~.-`. @default - none: nobody logs in as this role with a password */
  password: z
    .string()
    .regex(
      /^[A-Za-z0-9_~.-]{8,128}$/,
      "must be 8 to 128 letters, digits and '_', '~', '.', '-'",
    )
    .optional(),
  /** Roles whose privileges it has. @default [] */
  memberOf: z.array(sqlName).default([]),
  /** The role that its sessions act as; what they create is that role's. @default - itself */
  actAs: sqlName.optional(),
  createDatabases: z.boolean().default(false),
  createRoles: z.boolean().default(false),
  /** Connections at a time (-1–262143). @default -1 */
  connectionLimit,
  /** Takes over a role that exists, is nobody's and looks otherwise. @default false */
  adopt: z.boolean().default(false),
});

/** A database; it stays on delete unless `keepData` is false. */
export const postgresDatabaseItem = z.strictObject({
  /** The role that owns it. A change makes a verified dump first. */
  owner: sqlName,
  /** Never changed: a database with another one is refused. @default "UTF8" */
  encoding: z
    .string()
    .regex(/^[A-Z0-9_]{2,20}$/, "must be an encoding, such as 'UTF8'")
    .default("UTF8"),
  /** Order and classes of characters. Never changed: a database with another one is refused. @default - the cluster's */
  locale: z
    .string()
    .regex(/^[A-Za-z0-9_.@-]{1,60}$/, "must be a locale, such as 'C.UTF-8'")
    .optional(),
  /** Extensions that must be there; one that leaves the list stays. Makes a verified dump first. @default [] */
  extensions: z.array(sqlName).default([]),
  /** Every role may connect; else the owner and whom a grant names. @default false */
  public: z.boolean().default(false),
  /** Connections at a time (-1–262143). @default -1 */
  connectionLimit,
  /** A new value makes a verified dump: the version of the app that is about to be deployed, for example. @default - none */
  dumpFor: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, "must be letters, digits and '._-'")
    .optional(),
  /** Stays on delete. Else it is dumped, then dropped. @default true */
  keepData: z.boolean().default(true),
  /** Takes over a database that exists, is nobody's and looks otherwise. @default false */
  adopt: z.boolean().default(false),
});

const list = <T extends string>(...words: readonly [T, ...T[]]) =>
  z.array(z.enum(words)).default([]);

/** What a role may do in one schema; what is said of tables holds for those to come as well. */
export const postgresSchemaGrant = z.strictObject({
  schema: list("USAGE", "CREATE"),
  tables: list(
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
  ),
  sequences: list("USAGE", "SELECT", "UPDATE"),
});

/** All that a role may do in a database by privileges of its own: what is not named here is revoked. */
export const postgresGrantItem = z.strictObject({
  /** On the database itself. @default ["CONNECT"] */
  database: z
    .array(z.enum(["CONNECT", "CREATE", "TEMPORARY"]))
    .default(["CONNECT"]),
  /** In its schemas, by name. @default {} */
  schemas: z.record(sqlName, postgresSchemaGrant).default({}),
  /** Revokes what a role has already, and what nobody declared. @default false */
  adopt: z.boolean().default(false),
});

/** A path of names, each with a rule of its own. */
function path(...parts: readonly z.ZodType<string>[]): z.ZodType<string> {
  return z.string().superRefine((value, context) => {
    const names = value.split("/");
    if (names.length !== parts.length) {
      const message = `must be ${String(parts.length)} names with '/' between them`;
      context.addIssue({ code: "custom", message });
      return;
    }
    parts.forEach((part, index) => {
      for (const { message } of part.safeParse(names[index]).error?.issues ??
        [])
        context.addIssue({ code: "custom", message });
    });
  });
}

/** What may stand behind `postgres-…:`. */
export const postgresNames = {
  "postgres-cluster": clusterName,
  "postgres-role": path(clusterName, ownName),
  "postgres-database": path(clusterName, ownName),
  "postgres-grant": path(clusterName, sqlName, ownName),
} satisfies Record<string, z.ZodType<string>>;
