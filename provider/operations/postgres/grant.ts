import type { ItemOf } from "../../../manifest/items.ts";
import type {
  PostgresGrantFact,
  PostgresPrivilegeFact,
} from "../../facts/observation.ts";
import { MISSING } from "../missing.ts";
import type { Operation } from "../operation.ts";
import { identifier, literal, partsOf, sqlStep } from "./sql.ts";

/** What a role may do in a database: all of it, so that what somebody added is seen and taken back. */
export const grant: Operation<"postgres-grant"> = {
  desired: ({ body }) => wantedState(body),

  seen: ({ name }, observation) => {
    const fact = observation.postgresGrants.get(name);
    if (!fact) return undefined;
    return fact.state === "present" ? foundState(fact) : MISSING;
  },

  refuse: ({ name, body }, { isOurs, found, wanted, observation }) => {
    if (isOurs || body.adopt || found === wanted || found === MISSING)
      return undefined;
    const fact = observation.postgresGrants.get(name);
    const wantedPlaces = placesOf(body);
    const isMore = [...(fact?.places ?? [])].some(([place, held]) =>
      all(held).some((one) => !(wantedPlaces.get(place) ?? []).includes(one)),
    );
    return isMore
      ? `the role has more than is asked for, and that is not ours to revoke: ${found}; set adopt: true`
      : undefined;
  },

  isOwned: () => true,

  change: ({ name, body }, { found, wanted, observation }) => {
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    const [cluster, database, role] = partsOf(name);
    const fact = observation.postgresGrants.get(name);
    const about = `what ${role} may do in ${database}`;
    const sql = statements(database, role, body, fact);
    return {
      steps: [sqlStep({ phase: "grants", cluster, database, about, sql })],
      touches: [["postgres-grant", name]],
      word: "granted",
    };
  },

  remove: ({ name }) => ({
    steps: [
      {
        phase: "sql-removals",
        verb: "postgres-grant-remove",
        args: partsOf(name),
      },
    ],
    touches: [["postgres-grant", name]],
    word: "revoked",
  }),
};

type Grant = ItemOf<"postgres-grant">;

/** Place → privileges, as the host calls the places. */
function placesOf({ database, schemas }: Grant): Map<string, string[]> {
  const places = new Map<string, string[]>([["database", unique(database)]]);
  for (const [schema, wanted] of Object.entries(schemas)) {
    places.set(`schema ${schema}`, unique(wanted.schema));
    places.set(`tables ${schema}`, unique(wanted.tables));
    places.set(`sequences ${schema}`, unique(wanted.sequences));
  }
  return places;
}

function wantedState(body: Grant): string {
  return text([...placesOf(body)].map(([place, all]) => [place, all.join()]));
}

function foundState({ places }: PostgresGrantFact): string {
  return text(
    [...places].map(([place, held]) => [place, heldText(place, held)]),
  );
}

function text(places: readonly (readonly [string, string])[]): string {
  const said = places
    .filter(([, privileges]) => privileges !== "")
    .map(([place, privileges]) => `${place} ${privileges}`)
    .sort();
  return said.length === 0 ? "nothing" : said.join("; ");
}

/** The same on everything that is there and on what will come: one list. Else each difference is said. */
function heldText(place: string, held: PostgresPrivilegeFact): string {
  if (!/^(tables|sequences) /.test(place)) return unique(held.onEvery).join();
  const onNew = unique(held.onNew).join();
  const onEvery = held.count === 0 ? onNew : unique(held.onEvery).join();
  return [
    onEvery,
    ...(held.onSome.length > 0
      ? [`${unique(held.onSome).join()} on some`]
      : []),
    ...(onNew === onEvery ? [] : [`${onNew || "none"} on new ones`]),
  ]
    .filter((part) => part !== "")
    .join(" and ");
}

function statements(
  database: string,
  role: string,
  body: Grant,
  fact: PostgresGrantFact | undefined,
): string[] {
  const to = identifier(role);
  const held = [...(fact?.places ?? [])]
    .filter(([, one]) => all(one).length > 0)
    .map(([place]) => place);
  return [
    ...held.flatMap((place) => [
      `REVOKE ALL ON ${objectsOf(place, database)} FROM ${to};`,
      ...onNewOnes(place, `REVOKE ALL`, `FROM ${to}`),
    ]),
    ...[...placesOf(body)]
      .filter(([, privileges]) => privileges.length > 0)
      .flatMap(([place, privileges]) => [
        `GRANT ${privileges.join(", ")} ON ${objectsOf(place, database)} TO ${to};`,
        ...onNewOnes(place, `GRANT ${privileges.join(", ")}`, `TO ${to}`),
      ]),
  ];
}

function objectsOf(place: string, database: string): string {
  const [kind = "", schema = ""] = split(place);
  if (kind === "database") return `DATABASE ${identifier(database)}`;
  if (kind === "schema") return `SCHEMA ${identifier(schema)}`;
  return `ALL ${kind.toUpperCase()} IN SCHEMA ${identifier(schema)}`;
}

/** What the database's owner will create; who that is, the database itself says. */
function onNewOnes(place: string, verb: string, whom: string): string[] {
  const [kind = "", schema = ""] = split(place);
  if (kind !== "tables" && kind !== "sequences") return [];
  const rest = `IN SCHEMA ${identifier(schema)} ${verb} ON ${kind.toUpperCase()} ${whom}`;
  return [
    `SELECT format(${literal("ALTER DEFAULT PRIVILEGES FOR ROLE %I %s")}, pg_get_userbyid(datdba), ${literal(rest)}) FROM pg_database WHERE datname = current_database() \\gexec`,
  ];
}

function split(place: string): string[] {
  const at = place.indexOf(" ");
  return at < 0 ? [place] : [place.slice(0, at), place.slice(at + 1)];
}

function all(held: PostgresPrivilegeFact): string[] {
  return [...held.onEvery, ...held.onSome, ...held.onNew];
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
