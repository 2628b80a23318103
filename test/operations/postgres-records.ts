import { createHash } from "node:crypto";
import fc from "fast-check";
import type { ItemWith, ManifestItem } from "../../provider/operations/item.ts";
import {
  renderAccess,
  renderSettings,
} from "../../provider/operations/postgres/cluster-files.ts";
import { scramVerifier } from "../../provider/operations/postgres/scram.ts";

type PostgresItem = Extract<ManifestItem, { kind: `postgres-${string}` }>;

const names = fc.subarray(["alpha", "beta", "gamma"]);
const tables = fc.subarray(["SELECT", "INSERT", "DELETE"]);

/** Bodies of PostgreSQL's items. */
export const postgresBodies = {
  "postgres-cluster:main": fc.record({
    port: fc.constantFrom(5432, 5433),
    listen: fc.subarray(["10.0.0.5", "fd00::5"]),
    settings: fc.record({ work_mem: fc.constantFrom("4MB", "it's") }),
    access: fc.constantFrom({}, { web: { from: ["10.0.0.6"] } }),
  }),
  "postgres-role:main/app": fc.record({
    login: fc.boolean(),
    password: fc.constantFrom(undefined, "abcdefgh", "01234567"),
    memberOf: names,
    actAs: fc.constantFrom(undefined, "alpha"),
    connectionLimit: fc.constantFrom(-1, 5),
  }),
  "postgres-database:main/shop": fc.record({
    owner: fc.constantFrom("app", "beta"),
    extensions: names,
    public: fc.boolean(),
    dumpFor: fc.constantFrom(undefined, "v2"),
  }),
  "postgres-grant:main/shop/reader": fc.record({
    database: fc.subarray(["CONNECT", "TEMPORARY"], { minLength: 1 }),
    schemas: fc.record({ public: fc.record({ tables }) }),
  }),
};

/** Records of a host on which an item is exactly as wanted. */
export function convergedPostgres(item: PostgresItem): string[] {
  switch (item.kind) {
    case "postgres-cluster":
      return [convergedCluster(item)];
    case "postgres-role":
      return [convergedRole(item)];
    case "postgres-database":
      return convergedDatabase(item);
    case "postgres-grant":
      return convergedGrant(item);
  }
}

/** Records of a host whose server has none of it. */
export function missingPostgres({ kind, name }: PostgresItem): string[] {
  switch (kind) {
    case "postgres-cluster":
      return [`${kind}\t${name}\t-\tmissing\tdisabled\t-\t-\tno`];
    case "postgres-role":
      return [`${kind}\t${name}\tmissing\t-\t-\t-\t-\t-\t-`];
    case "postgres-database":
      return [`${kind}\t${name}\tmissing\t-\t-\t-\t-\t-\t-\t-`];
    case "postgres-grant":
      return [`${kind}\t${name}\tdatabase-missing`];
  }
}

function convergedCluster({
  name,
  body,
}: ItemWith<"postgres-cluster">): string {
  const file = (text: string) => `0640 postgres:postgres ${sha256(text)}`;
  const settings = file(renderSettings(name, body));
  return `postgres-cluster\t${name}\t15\tonline\tenabled\t${settings}\t${file(renderAccess(body))}\tno`;
}

function convergedRole({ name, body }: ItemWith<"postgres-role">): string {
  const { login, memberOf, actAs, password, connectionLimit } = body;
  const verifier =
    password === undefined
      ? "-"
      : scramVerifier(password, Buffer.from("another salt"));
  return [
    "postgres-role",
    name,
    "present",
    login ? "login" : "-",
    String(connectionLimit),
    memberOf.join(",") || "-",
    actAs ?? "-",
    verifier,
    "-",
  ].join("\t");
}

function convergedDatabase({
  name,
  body,
}: ItemWith<"postgres-database">): string[] {
  const everybody = body.public ? "CONNECT,TEMPORARY" : "-";
  return [
    [
      "postgres-database",
      name,
      "present",
      body.owner,
      body.encoding,
      body.locale ?? "C.UTF-8",
      String(body.connectionLimit),
      everybody,
      "-",
      [...body.extensions, "plpgsql"].join(","),
    ].join("\t"),
    `postgres-dumps\t${name}\t${body.dumpFor ?? "-"}\t20261121T000000Z-x.dump`,
  ];
}

function convergedGrant({ name, body }: ItemWith<"postgres-grant">): string[] {
  const place = (what: string, privileges: readonly string[], rest: string) =>
    `postgres-privilege\t${name}\t${what}\t2\t${privileges.join(",") || "-"}\t-\t${rest}`;
  const schemas = Object.entries(body.schemas).flatMap(([schema, wanted]) => [
    place(`schema ${schema}`, wanted.schema, "-"),
    place(`tables ${schema}`, wanted.tables, wanted.tables.join(",") || "-"),
    place(`sequences ${schema}`, wanted.sequences, "-"),
  ]);
  return [
    `postgres-grant\t${name}\tpresent`,
    place("database", body.database, "-"),
    ...schemas,
  ];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
