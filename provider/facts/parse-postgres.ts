import { decode, oneOf, optional, parseNumber } from "./fields.ts";
import type {
  PostgresClusterFact,
  PostgresDatabaseFact,
  PostgresDumpsFact,
  PostgresGrantFact,
  PostgresPrivilegeFact,
  PostgresRoleFact,
} from "./observation.ts";

/** Where the records of PostgreSQL go. */
export interface PostgresAnswer {
  readonly postgresClusters: Map<string, PostgresClusterFact>;
  readonly postgresRoles: Map<string, PostgresRoleFact | undefined>;
  readonly postgresDatabases: Map<string, PostgresDatabaseFact | undefined>;
  readonly postgresDumps: Map<string, PostgresDumpsFact>;
  readonly postgresGrants: Map<
    string,
    PostgresGrantFact & { readonly places: Map<string, PostgresPrivilegeFact> }
  >;
}

type Add = (to: PostgresAnswer, name: string, ...fields: string[]) => void;

export const addCluster: Add = (
  to,
  name,
  version = "-",
  server = "",
  boot,
  settings = "-",
  access = "-",
  pending = "",
) => {
  to.postgresClusters.set(name, {
    version: optional(version),
    server: oneOf(server, ["missing", "down", "online", "failing"]),
    isEnabled: boot === "enabled",
    settings: optional(settings),
    access: optional(access),
    isRestartPending: pending === "yes",
  });
};

export const addRole: Add = (
  to,
  name,
  presence,
  words = "-",
  limit = "",
  memberOf = "-",
  actAs = "-",
  verifier = "-",
  comment = "-",
) => {
  if (presence === "missing") {
    to.postgresRoles.set(name, undefined);
    return;
  }
  to.postgresRoles.set(name, {
    words: list(words, " "),
    connectionLimit: parseLimit(limit),
    memberOf: list(memberOf, ","),
    actAs: decoded(actAs),
    verifier: decoded(verifier),
    comment: decoded(comment),
  });
};

export const addDatabase: Add = (
  to,
  name,
  presence,
  owner = "",
  encoding = "",
  locale = "",
  limit = "",
  everybody = "-",
  comment = "-",
  extensions = "-",
) => {
  if (presence === "missing") {
    to.postgresDatabases.set(name, undefined);
    return;
  }
  to.postgresDatabases.set(name, {
    owner: decode(owner),
    encoding,
    locale,
    connectionLimit: parseLimit(limit),
    everybody: list(everybody, ","),
    comment: decoded(comment),
    extensions: list(extensions, ","),
  });
};

export const addDumps: Add = (to, name, purpose = "-", names = "-") => {
  to.postgresDumps.set(name, {
    purpose: optional(purpose),
    names: list(names, ","),
  });
};

export const addGrant: Add = (to, name, state = "") => {
  to.postgresGrants.set(name, {
    state: oneOf(state, [
      "present",
      "missing",
      "role-missing",
      "database-missing",
    ]),
    places: new Map(),
  });
};

export const addPrivilege: Add = (
  to,
  name,
  place = "",
  count = "",
  onEvery = "-",
  onSome = "-",
  onNew = "-",
) => {
  to.postgresGrants.get(name)?.places.set(decode(place), {
    count: parseNumber(count),
    onEvery: list(onEvery, ","),
    onSome: list(onSome, ","),
    onNew: list(onNew, ","),
  });
};

function decoded(field: string): string | undefined {
  return field === "-" ? undefined : decode(field);
}

function list(field: string, separator: string): string[] {
  return field === "-" ? [] : field.split(separator).map(decode);
}

function parseLimit(field: string): number {
  return field === "-1" ? -1 : parseNumber(field);
}
