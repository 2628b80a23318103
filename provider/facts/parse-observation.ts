import {
  decode,
  notUnderstood,
  oneOf,
  optional,
  parseNumber,
  recordsOf,
} from "./fields.ts";
import {
  addCluster,
  addDatabase,
  addDumps,
  addGrant,
  addPrivilege,
  addRole,
  type PostgresAnswer,
} from "./parse-postgres.ts";
import type {
  GateFact,
  HostKeyFact,
  JobFact,
  NftablesFact,
  Observation,
  PackageFact,
  PathFact,
  ReleaseFact,
  SettingFact,
  SysctlFact,
  UnitFact,
  UserFact,
} from "./observation.ts";

/** Parses the records that `host/observe/` printed; throws when the answer was cut or holds a record that it does not know. */
export function parseObservation(text: string): Observation {
  const answer = new Answer();
  for (const record of recordsOf(text)) answer.add(record);
  return answer;
}

class Answer implements Observation, PostgresAnswer {
  readonly host = new Map<string, string>();
  readonly owners = new Map<string, string>();
  readonly jobs: JobFact[] = [];
  readonly paths = new Map<string, PathFact>();
  readonly packages = new Map<string, PackageFact>();
  readonly units = new Map<string, UnitFact>();
  readonly releases = new Map<
    string,
    ReleaseFact & { readonly files: Map<string, string> }
  >();
  readonly nftables = new Map<
    string,
    NftablesFact & { readonly added: string[]; readonly gone: string[] }
  >();
  readonly hostKeys = new Map<string, HostKeyFact>();
  readonly settings = new Map<string, SettingFact>();
  readonly sysctls = new Map<string, SysctlFact>();
  readonly users = new Map<string, UserFact | undefined>();
  readonly groups = new Set<string>();
  readonly uids = new Map<number, string>();
  readonly postgresClusters: PostgresAnswer["postgresClusters"] = new Map();
  readonly postgresRoles: PostgresAnswer["postgresRoles"] = new Map();
  readonly postgresDatabases: PostgresAnswer["postgresDatabases"] = new Map();
  readonly postgresDumps: PostgresAnswer["postgresDumps"] = new Map();
  readonly postgresGrants: PostgresAnswer["postgresGrants"] = new Map();
  readonly gates = new Map<string, GateFact>();
  readonly problems = new Map<string, string>();
  readonly runtimes = new Set<string>();
  generation = 0;

  add(record: string): void {
    const [type = "", name = "", ...fields] = record.split("\t");
    const take = takers[type];
    if (take?.length !== fields.length) {
      throw notUnderstood(record);
    }
    take.add(this, name, ...(fields as Fields));
  }
}

type Fields = [
  ...[string, string, string, string],
  ...[string, string, string, string],
];

/** How many fields follow the name, and what they mean. */
interface Taker {
  readonly length: number;
  readonly add: (answer: Answer, name: string, ...fields: Fields) => void;
}

const takers: Readonly<Record<string, Taker | undefined>> = {
  host: { length: 1, add: (to, name, value) => to.host.set(name, value) },
  generation: {
    length: 0,
    add: (to, value) => (to.generation = parseNumber(value)),
  },
  runtime: { length: 0, add: (to, hash) => to.runtimes.add(hash) },
  owner: { length: 1, add: (to, key, owner) => to.owners.set(key, owner) },
  job: { length: 5, add: addJob },
  path: {
    length: 5,
    add: (to, path, type, mode, owner, group, content) =>
      to.paths.set(path, {
        type: oneOf(type, ["file", "directory", "link", "missing", "other"]),
        mode,
        owner,
        group,
        content: decode(content),
      }),
  },
  "host-key": {
    length: 2,
    add: (to, type, state, publicHalf) =>
      to.hostKeys.set(type, {
        state: oneOf(state, ["found", "missing", "unreadable"]),
        publicHalf,
      }),
  },
  package: {
    length: 3,
    add: (to, name, presence, version, state) =>
      to.packages.set(name, {
        installed: presence === "installed",
        version: optional(version),
        broken: state === "broken",
      }),
  },
  unit: {
    length: 4,
    add: (to, name, loadState, activeState, unitFileState, reload) =>
      to.units.set(name, {
        loadState,
        activeState,
        unitFileState,
        needsDaemonReload: reload === "yes",
      }),
  },
  release: {
    length: 1,
    add: (to, path, digest) =>
      to.releases.set(path, {
        current: optional(decode(digest)),
        files: new Map(),
      }),
  },
  "release-file": {
    length: 2,
    add: (to, path, file, digest) =>
      to.releases.get(path)?.files.set(decode(file), digest),
  },
  nftables: {
    length: 3,
    add: (to, table, presence, digest, state) =>
      to.nftables.set(table, {
        loaded: presence === "loaded",
        digest: optional(digest),
        drifted: state === "drifted",
        loadsAtBoot: state !== "not-at-boot",
        added: [],
        gone: [],
      }),
  },
  "nftables-line": {
    length: 2,
    add: (to, table, sign, line) => {
      const fact = to.nftables.get(table);
      (sign === "+" ? fact?.added : fact?.gone)?.push(decode(line));
    },
  },
  setting: {
    length: 2,
    add: (to, name, count, value) =>
      to.settings.set(name, {
        count: parseNumber(count),
        value: decode(optional(value) ?? ""),
      }),
  },
  sysctl: {
    length: 2,
    add: (to, name, state, value) =>
      to.sysctls.set(name, {
        state: oneOf(state, ["free", "fixed", "missing"]),
        value: decode(optional(value) ?? ""),
      }),
  },
  user: { length: 8, add: addUser },
  "user-missing": {
    length: 0,
    add: (to, name) => to.users.set(name, undefined),
  },
  group: { length: 0, add: (to, name) => to.groups.add(name) },
  uid: {
    length: 1,
    add: (to, uid, name) => to.uids.set(parseNumber(uid), name),
  },
  "postgres-cluster": { length: 6, add: addCluster },
  "postgres-role": { length: 7, add: addRole },
  "postgres-database": { length: 8, add: addDatabase },
  "postgres-dumps": { length: 2, add: addDumps },
  "postgres-grant": { length: 1, add: addGrant },
  "postgres-privilege": { length: 5, add: addPrivilege },
  gate: {
    length: 2,
    add: (to, name, state, detail) =>
      to.gates.set(name, { holds: state === "holds", detail: decode(detail) }),
  },
  problem: {
    length: 1,
    add: (to, item, text) => to.problems.set(item, decode(text)),
  },
};

function addJob(
  to: Answer,
  id: string,
  desiredHash: string,
  attempt: string,
  state: string,
  outcome: string,
  acknowledged: string,
): void {
  to.jobs.push({
    id,
    desiredHash,
    attempt: parseNumber(attempt),
    state: oneOf(state, ["running", "finished", "interrupted"]),
    outcome: optional(outcome),
    acknowledged: acknowledged === "acknowledged",
  });
}

function addUser(
  to: Answer,
  name: string,
  uid: string,
  group: string,
  groups: string,
  password: string,
  expires: string,
  ...[home = "", shell = "", comment = ""]: string[]
): void {
  to.users.set(name, {
    uid: parseNumber(uid),
    group,
    groups: groups === "-" ? [] : groups.split(",").sort(),
    password: oneOf(password, ["locked", "set", "empty"]),
    expires: expires === "yes",
    home: decode(home),
    shell: decode(shell),
    comment: decode(comment),
  });
}
