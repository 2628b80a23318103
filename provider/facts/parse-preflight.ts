import {
  decode,
  notUnderstood,
  oneOf,
  optional,
  parseNumber,
  recordsOf,
} from "./fields.ts";
import type {
  ListenerFact,
  LoginFact,
  PreflightAnswer,
  ResolvedFact,
  SourceFact,
  SpaceFact,
} from "./preflight-answer.ts";

/** Parses what `host/preflight/` printed; throws when the answer was cut or holds a record that it does not know. */
export function parsePreflight(text: string): PreflightAnswer {
  const answer = new Answer();
  for (const record of recordsOf(text)) {
    const [type = "", ...fields] = record.split("\t");
    const take = takers[type];
    if (take?.length !== fields.length) throw notUnderstood(record);
    take.add(answer, ...(fields as Fields));
  }
  return answer;
}

class Answer implements PreflightAnswer {
  readonly host = new Map<string, string>();
  readonly spaces: SpaceFact[] = [];
  readonly sources: SourceFact[] = [];
  readonly listeners: ListenerFact[] = [];
  readonly ownUnits = new Set<string>();
  readonly firewalls: string[] = [];
  readonly problems = new Map<string, string>();
  addresses: readonly string[] = [];
  login: LoginFact | undefined;
  clockSeconds: number | undefined;
  hostname: ResolvedFact | undefined;
  dns: ResolvedFact | undefined;
  aptLock: PreflightAnswer["aptLock"];
  diskWrite: PreflightAnswer["diskWrite"];
}

type Fields = [string, string, string, string, string, string];

/** How many fields a record has, and what they mean. */
interface Taker {
  readonly length: number;
  readonly add: (to: Answer, ...fields: Fields) => void;
}

const takers: Readonly<Record<string, Taker | undefined>> = {
  host: {
    length: 2,
    add: (to, name, value) => to.host.set(name, decode(value)),
  },
  login: {
    length: 3,
    add: (to, user, way, words) => {
      const known = oneOf(way, ["root", "sudo", "denied"]);
      to.login = { user, way: known, words: optional(decode(words)) };
    },
  },
  clock: {
    length: 1,
    add: (to, seconds) => (to.clockSeconds = Number(seconds)),
  },
  space: {
    length: 4,
    add: (to, path, free, inodes, freeInodes) =>
      to.spaces.push({
        path,
        freeKib: parseNumber(free),
        inodes: parseNumber(inodes),
        freeInodes: parseNumber(freeInodes),
      }),
  },
  resolve: {
    length: 3,
    add: (to, item, name, address) => {
      const kind = oneOf(item, ["hostname", "dns"]);
      to[kind] = { name, address: optional(address) };
    },
  },
  addresses: {
    length: 1,
    add: (to, list) => (to.addresses = list.split(" ").filter(Boolean)),
  },
  source: {
    length: 3,
    add: (to, origin, state, words) =>
      to.sources.push({
        origin: decode(origin),
        reachable: oneOf(state, ["reachable", "unreachable"]) === "reachable",
        words: decode(words),
      }),
  },
  "apt-lock": {
    length: 2,
    add: (to, holder, seconds) =>
      (to.aptLock = { holder, seconds: parseNumber(seconds) }),
  },
  listen: {
    length: 6,
    add: (to, protocol, address, port, pid, process, unit) =>
      to.listeners.push({
        protocol,
        address,
        port: parseNumber(port),
        pid: pid === "-" ? undefined : parseNumber(pid),
        process: optional(decode(process)),
        unit: optional(unit),
      }),
  },
  owner: {
    length: 2,
    add: (to, key) => to.ownUnits.add(key.replace(/^unit:/, "")),
  },
  firewall: { length: 1, add: (to, name) => to.firewalls.push(name) },
  "disk-write": {
    length: 2,
    add: (to, bytes, microseconds) =>
      (to.diskWrite = {
        bytes: parseNumber(bytes),
        microseconds: parseNumber(microseconds),
      }),
  },
  problem: {
    length: 2,
    add: (to, item, text) => to.problems.set(item, decode(text)),
  },
};
