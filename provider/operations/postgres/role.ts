import { createHmac } from "node:crypto";
import type { ItemOf } from "../../../manifest/items.ts";
import type { PostgresRoleFact } from "../../facts/observation.ts";
import { contentDigest, sha256 } from "../digest.ts";
import type { ItemWith } from "../item.ts";
import { MISSING } from "../missing.ts";
import type { Operation, Situation, StepDraft } from "../operation.ts";
import { isVerifierOf, scramVerifier } from "./scram.ts";
import { identifier, literal, markOf, partsOf, sqlStep } from "./sql.ts";

type Role = ItemOf<"postgres-role">;

/** A role. Its password is compared with PostgreSQL's verifier, and sent as one. */
export const role: Operation<"postgres-role"> = {
  desired: ({ body }, digestKey) =>
    state(
      {
        words: wordsOf(body),
        connectionLimit: body.connectionLimit,
        memberOf: body.memberOf,
        actAs: body.actAs,
      },
      body.password === undefined
        ? undefined
        : secretDigest(body.password, digestKey),
    ),

  seen: ({ name, body }, observation, digestKey) => {
    if (!observation.postgresRoles.has(name)) return undefined;
    const fact = observation.postgresRoles.get(name);
    if (!fact) return MISSING;
    return state(fact, passwordDigest(fact, body, digestKey));
  },

  refuse: ({ name, body }, situation) => {
    const { found, wanted, isOurs, observation } = situation;
    const { comment } = observation.postgresRoles.get(name) ?? {};
    const isLeftByUs = comment === markOf(situation.manifestId);
    if (isOurs || isLeftByUs || body.adopt || found === MISSING)
      return undefined;
    if (found === wanted) return undefined;
    return `exists and is not ours: ${withoutPassword(found)}; set adopt: true, or take another name`;
  },

  isOwned: () => true,

  change: (item, situation) => {
    const { found, wanted } = situation;
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    return {
      steps: [
        ...attributeStep(item, situation),
        ...membershipStep(item, situation),
      ],
      touches: [["postgres-role", item.name]],
      word: wordFor(situation),
    };
  },

  remove: ({ name, item }) => {
    const [cluster, role] = partsOf(name);
    const heir = item?.body.actAs ?? "-";
    return {
      steps: [
        {
          phase: "sql-removals",
          verb: "postgres-role-remove",
          args: [cluster, role, heir],
        },
      ],
      touches: [["postgres-role", name]],
      word: "removed when nothing depends on it",
    };
  },
};

function attributeStep(
  { name, body }: ItemWith<"postgres-role">,
  situation: Situation,
): StepDraft[] {
  const [cluster, role] = partsOf(name);
  const fact = situation.observation.postgresRoles.get(name);
  const password = passwordClause(name, body, situation);
  const isSame =
    fact?.words.join(" ") === wordsOf(body).join(" ") &&
    fact.connectionLimit === body.connectionLimit;
  if (fact && isSame && password === "") return [];
  const sql = [
    `${fact ? "ALTER" : "CREATE"} ROLE ${identifier(role)} WITH ${attributesOf(body)}${password};`,
    ...(fact
      ? []
      : [
          `COMMENT ON ROLE ${identifier(role)} IS ${literal(markOf(situation.manifestId))};`,
        ]),
  ];
  const about = `role ${role}`;
  return [
    sqlStep({ phase: "roles", cluster, database: "postgres", about, sql }),
  ];
}

function membershipStep(
  { name, body }: ItemWith<"postgres-role">,
  { observation }: Situation,
): StepDraft[] {
  const [cluster, role] = partsOf(name);
  const { memberOf = [], actAs } = observation.postgresRoles.get(name) ?? {};
  const me = identifier(role);
  const sql = [
    ...memberOf
      .filter((group) => !body.memberOf.includes(group))
      .map((group) => `REVOKE ${identifier(group)} FROM ${me};`),
    ...body.memberOf
      .filter((group) => !memberOf.includes(group))
      .map((group) => `GRANT ${identifier(group)} TO ${me};`),
    ...(actAs === body.actAs
      ? []
      : [
          body.actAs === undefined
            ? `ALTER ROLE ${me} RESET role;`
            : `ALTER ROLE ${me} SET role = ${literal(body.actAs)};`,
        ]),
  ];
  if (sql.length === 0) return [];
  const about = `memberships of role ${role}`;
  const database = "postgres";
  return [sqlStep({ phase: "memberships", cluster, database, about, sql })];
}

/** A role that needs no other words of PostgreSQL's for it. */
function attributesOf({
  login,
  createDatabases,
  createRoles,
  connectionLimit,
}: Role): string {
  return [
    login ? "LOGIN" : "NOLOGIN",
    createDatabases ? "CREATEDB" : "NOCREATEDB",
    createRoles ? "CREATEROLE" : "NOCREATEROLE",
    "NOSUPERUSER NOREPLICATION NOBYPASSRLS INHERIT VALID UNTIL 'infinity'",
    `CONNECTION LIMIT ${String(connectionLimit)}`,
  ].join(" ");
}

/** Nothing where the password is the one that PostgreSQL has. The salt is nobody's who has not the key. */
function passwordClause(
  name: string,
  { password }: Role,
  { observation, digestKey }: Situation,
): string {
  const verifier = observation.postgresRoles.get(name)?.verifier;
  if (password === undefined)
    return verifier === undefined ? "" : " PASSWORD NULL";
  if (verifier !== undefined && isVerifierOf(verifier, password)) return "";
  const salt = createHmac("sha256", digestKey)
    .update(`salt\0${name}\0${password}`)
    .digest()
    .subarray(0, 16);
  return ` PASSWORD ${literal(scramVerifier(password, salt))}`;
}

function wordsOf({ login, createDatabases, createRoles }: Role): string[] {
  return [
    ...(login ? ["login"] : []),
    ...(createDatabases ? ["createdb"] : []),
    ...(createRoles ? ["createrole"] : []),
  ];
}

function state(
  fact: Pick<
    PostgresRoleFact,
    "words" | "connectionLimit" | "memberOf" | "actAs"
  >,
  password: string | undefined,
): string {
  return [
    fact.words.length === 0 ? "nologin" : fact.words.join(" "),
    ...(fact.connectionLimit === -1
      ? []
      : [`limit:${String(fact.connectionLimit)}`]),
    ...(fact.memberOf.length === 0
      ? []
      : [`in:${[...fact.memberOf].sort().join(",")}`]),
    ...(fact.actAs === undefined ? [] : [`as:${fact.actAs}`]),
    password ?? "no-password",
  ].join(" ");
}

function passwordDigest(
  { verifier }: PostgresRoleFact,
  { password }: Role,
  digestKey: string,
): string | undefined {
  if (verifier === undefined) return undefined;
  const isSame = password !== undefined && isVerifierOf(verifier, password);
  return secretDigest(isSame ? password : verifier, digestKey);
}

function secretDigest(secret: string, digestKey: string): string {
  return contentDigest(sha256(secret), digestKey);
}

function withoutPassword(found: string): string {
  return found.replace(/ hmac:.*$/, " and a password");
}

function wordFor({ found, wanted }: Situation): string {
  if (found === MISSING) return "created";
  const isOnlyPassword = withoutPassword(found) === withoutPassword(wanted);
  return isOnlyPassword ? "given another password" : "altered";
}
