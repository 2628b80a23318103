import type { ItemOf } from "../../../manifest/items.ts";
import type {
  PostgresDatabaseFact,
  PostgresDumpsFact,
} from "../../facts/observation.ts";
import type { ItemWith } from "../item.ts";
import { MISSING } from "../missing.ts";
import {
  untouched,
  type Operation,
  type Phase,
  type Situation,
  type StepDraft,
} from "../operation.ts";
import { identifier, literal, markOf, partsOf, sqlStep } from "./sql.ts";

type Database = ItemOf<"postgres-database">;

/** Dumps of a database that are kept. */
const DUMPS_KEPT = 5;

/** A database. What touches data is preceded by a dump that was proven to restore. */
export const database: Operation<"postgres-database"> = {
  desired: ({ body }) =>
    state(body, {
      owner: body.owner,
      encoding: body.encoding,
      locale: body.locale ?? "",
      connectionLimit: body.connectionLimit,
      everybody: body.public ? EVERYBODY : [],
      extensions: body.extensions,
      purpose: body.dumpFor,
    }),

  seen: ({ name, body }, observation) => {
    if (!observation.postgresDatabases.has(name)) return undefined;
    const fact = observation.postgresDatabases.get(name);
    if (!fact) return MISSING;
    const { purpose } = observation.postgresDumps.get(name) ?? {};
    return state(body, { ...fact, purpose });
  },

  refuse: ({ name, body }, situation) => {
    const { found, wanted, isOurs, observation } = situation;
    const fact = observation.postgresDatabases.get(name);
    if (!fact || found === wanted) return undefined;
    const isLeftByUs = fact.comment === markOf(situation.manifestId);
    if (!isOurs && !isLeftByUs && !body.adopt)
      return `exists and is not ours: ${found}; set adopt: true, or take another name`;
    return fixedDifference(fact, body);
  },

  isOwned: () => true,

  change: (item, situation) => {
    const { found, wanted } = situation;
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    return {
      steps:
        found === MISSING
          ? creation(item, situation)
          : alteration(item, situation),
      touches: [["postgres-database", item.name]],
      word: wordFor(item, situation),
    };
  },

  remove: ({ name, item }) => {
    const [cluster, database] = partsOf(name);
    if (item?.body.keepData !== false)
      return untouched("left as it is", `database ${database}`);
    return {
      steps: [
        dump(name, "-", "dumps"),
        {
          phase: "sql-removals",
          verb: "postgres-database-remove",
          args: [cluster, database],
        },
      ],
      touches: [["postgres-database", name]],
      word: "dumped and dropped",
    };
  },
};

const EVERYBODY = ["CONNECT", "TEMPORARY"];

function creation(
  item: ItemWith<"postgres-database">,
  { manifestId }: Situation,
): StepDraft[] {
  const { name, body } = item;
  const [cluster, database] = partsOf(name);
  const me = identifier(database);
  const locale =
    body.locale === undefined ? "" : ` LOCALE ${literal(body.locale)}`;
  const sql = [
    `CREATE DATABASE ${me} OWNER ${identifier(body.owner)} TEMPLATE template0 ENCODING ${literal(body.encoding)}${locale} CONNECTION LIMIT ${String(body.connectionLimit)};`,
    `COMMENT ON DATABASE ${me} IS ${literal(markOf(manifestId))};`,
    ...(body.public ? [] : [`REVOKE ALL ON DATABASE ${me} FROM PUBLIC;`]),
  ];
  return [
    sqlStep({
      phase: "databases",
      cluster,
      database: "postgres",
      about: `database ${database}`,
      sql,
      isPlain: true,
    }),
    ...extensionStep(name, body.extensions),
    ...(body.dumpFor === undefined
      ? []
      : [dump(name, body.dumpFor, "extensions")]),
  ];
}

function alteration(
  { name, body }: ItemWith<"postgres-database">,
  { observation }: Situation,
): StepDraft[] {
  const [cluster, database] = partsOf(name);
  const fact = observation.postgresDatabases.get(name);
  if (!fact) return [];
  const sql = alterations(identifier(database), body, fact);
  const extensions = missingExtensions(body, fact);
  const { purpose } = observation.postgresDumps.get(name) ?? {};
  const isAsked = body.dumpFor !== undefined && body.dumpFor !== purpose;
  const touchesData = fact.owner !== body.owner || extensions.length > 0;
  const about = `database ${database}`;
  return [
    ...(isAsked || touchesData
      ? [dump(name, body.dumpFor ?? "-", "dumps")]
      : []),
    ...(sql.length === 0
      ? []
      : [
          sqlStep({
            phase: "databases",
            cluster,
            database: "postgres",
            about,
            sql,
          }),
        ]),
    ...extensionStep(name, extensions),
  ];
}

function alterations(
  me: string,
  body: Database,
  fact: PostgresDatabaseFact,
): string[] {
  const everybody = body.public ? EVERYBODY : [];
  return [
    ...(fact.owner === body.owner
      ? []
      : [`ALTER DATABASE ${me} OWNER TO ${identifier(body.owner)};`]),
    ...(fact.connectionLimit === body.connectionLimit
      ? []
      : [
          `ALTER DATABASE ${me} CONNECTION LIMIT ${String(body.connectionLimit)};`,
        ]),
    ...(fact.everybody.join() === everybody.join()
      ? []
      : [
          `REVOKE ALL ON DATABASE ${me} FROM PUBLIC;`,
          ...(body.public
            ? [`GRANT ${EVERYBODY.join(", ")} ON DATABASE ${me} TO PUBLIC;`]
            : []),
        ]),
  ];
}

function extensionStep(
  name: string,
  extensions: readonly string[],
): StepDraft[] {
  if (extensions.length === 0) return [];
  const [cluster, database] = partsOf(name);
  const sql = [...extensions]
    .sort()
    .map(
      (extension) => `CREATE EXTENSION IF NOT EXISTS ${identifier(extension)};`,
    );
  const about = `extensions of database ${database}`;
  sql.unshift("SET search_path = public;");
  return [sqlStep({ phase: "extensions", cluster, database, about, sql })];
}

function dump(name: string, purpose: string, phase: Phase): StepDraft {
  const [cluster, database] = partsOf(name);
  return {
    phase,
    verb: "postgres-dump",
    args: [cluster, database, String(DUMPS_KEPT), purpose],
  };
}

/** What is decided when a database is made. */
function fixedDifference(
  fact: PostgresDatabaseFact,
  { encoding, locale }: Database,
): string | undefined {
  const how =
    "that is decided when a database is made: dump it, declare another one, restore it there";
  if (fact.encoding !== encoding)
    return `has encoding ${fact.encoding}, and ${encoding} is asked for; ${how}`;
  if (locale !== undefined && fact.locale !== locale)
    return `has locale ${fact.locale}, and ${locale} is asked for; ${how}`;
  return undefined;
}

/** What a database is, or shall be, and what its last asked dump was made for. */
interface Aspect
  extends
    Omit<PostgresDatabaseFact, "comment">,
    Pick<PostgresDumpsFact, "purpose"> {}

/** Only what the item asks for: other extensions are nobody's concern. */
function state(body: Database, aspect: Aspect): string {
  const extensions = body.extensions.filter((one) =>
    aspect.extensions.includes(one),
  );
  return [
    `owner:${aspect.owner}`,
    aspect.encoding,
    ...(body.locale === undefined ? [] : [aspect.locale]),
    access(aspect.everybody),
    ...(aspect.connectionLimit === -1
      ? []
      : [`limit:${String(aspect.connectionLimit)}`]),
    ...(extensions.length === 0
      ? []
      : [`with:${[...extensions].sort().join(",")}`]),
    ...(body.dumpFor === undefined
      ? []
      : [`dumped-for:${aspect.purpose ?? "nothing"}`]),
  ].join(" ");
}

function access(everybody: readonly string[]): string {
  if (everybody.length === 0) return "closed";
  if (everybody.join() === EVERYBODY.join()) return "public";
  return `public:${everybody.join(",")}`;
}

function missingExtensions(
  { extensions }: Database,
  fact: PostgresDatabaseFact,
): string[] {
  return extensions.filter((one) => !fact.extensions.includes(one));
}

function wordFor(
  { name, body }: ItemWith<"postgres-database">,
  { found, wanted, observation }: Situation,
): string {
  if (found === MISSING) return "created";
  const { purpose } = observation.postgresDumps.get(name) ?? {};
  const withoutPurpose = (text: string): string =>
    text.replace(/ dumped-for:.*$/, "");
  if (
    body.dumpFor !== purpose &&
    withoutPurpose(found) === withoutPurpose(wanted)
  )
    return "dumped";
  return "altered";
}
