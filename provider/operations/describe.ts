import type { Items, ManifestItem } from "./item.ts";
import { nameOf, notificationsOf } from "./item.ts";
import { MISSING } from "./missing.ts";

/** What a preview knows. */
export interface DescribeInput {
  readonly oldItems: Items;
  readonly newItems: Items;
  /** Key → what was last seen; empty before the first apply. */
  readonly observed: Readonly<Record<string, string>>;
  /** Key → what is wanted; `undefined` where a value is not known yet. */
  readonly desired: Readonly<Record<string, string | undefined>>;
}

/** Phrases for one preview line, to be joined by `, `: `file /etc/nginx/x.conf will be replaced`, `then nginx.service reloaded`. */
export function describeChange(input: DescribeInput): string[] {
  const changed = Object.keys(input.desired)
    .sort()
    .filter((key) => {
      const wanted = input.desired[key];
      return wanted === undefined || wanted !== input.observed[key];
    });
  const gone = [...input.oldItems.values()]
    .filter(({ key }) => !(key in input.desired))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return [
    ...packagesPhrase(changed, input),
    ...changed
      .filter((key) => !key.startsWith("package:"))
      .map((key) => `${nameOf(key)} will be ${wordFor(key, input)}`),
    ...gone.map(({ key, kind }) => `${nameOf(key)} ${goneWords[kind]}`),
    ...noticePhrase(changed, gone, input),
  ];
}

const goneWords: Readonly<Record<ManifestItem["kind"], string>> = {
  package: "will be left installed",
  file: "will be removed",
  directory: "will be removed when it is empty",
  link: "will be removed",
  absent: "will no longer be kept away",
  unit: "will be stopped and disabled where we started it",
  release: "will be removed",
  nftables: "will be removed",
  sshd: "will be removed",
  "host-key": "will be left as it is",
  setting: "will be put back",
  sysctl: "will be put back",
  user: "will be removed",
  "postgres-cluster": "will be given back to Debian's configuration",
  "postgres-role": "will be removed when nothing depends on it",
  "postgres-database": "will be left as it is",
  "postgres-grant": "will be revoked",
};

function packagesPhrase(
  changed: readonly string[],
  { observed }: DescribeInput,
): string[] {
  const names = changed
    .filter((key) => key.startsWith("package:"))
    .map((key) => key.slice("package:".length));
  if (names.length === 0) return [];
  const isRepair = names.every(
    (name) => observed[`package:${name}`] === "broken",
  );
  const noun = names.length === 1 ? "package" : "packages";
  return [
    `${noun} ${names.join(", ")} will be ${isRepair ? "repaired" : "installed"}`,
  ];
}

function wordFor(key: string, { desired, observed }: DescribeInput): string {
  const found = observed[key];
  const wanted = desired[key];
  switch (key.slice(0, key.indexOf(":"))) {
    case "absent":
      return "removed if it exists";
    case "unit":
      return unitWord(found, wanted);
    case "user":
      return found === undefined || found === MISSING ? "created" : "changed";
    case "host-key":
      return found === undefined || found === MISSING
        ? "installed"
        : "replaced";
    case "nftables":
      return found === undefined || found === MISSING
        ? "loaded"
        : "loaded anew";
    case "setting":
    case "sysctl":
      return `set to ${wanted ?? "a value that is not known yet"}`;
    case "postgres-cluster":
      return "configured";
    case "postgres-role":
    case "postgres-database":
      return found === undefined || found === MISSING ? "created" : "altered";
    case "postgres-grant":
      return "granted";
    case "release":
      return found === undefined || found === MISSING ? "created" : "switched";
    default:
      if (found === undefined || found === MISSING) return "created";
      return isSameContent(found, wanted)
        ? "given other attributes"
        : "replaced";
  }
}

function isSameContent(found: string, wanted: string | undefined): boolean {
  const last = (state: string): string =>
    state.slice(state.lastIndexOf(" ") + 1);
  return (
    wanted !== undefined &&
    wanted.includes("sha256:") &&
    last(found) === last(wanted)
  );
}

function unitWord(found = "", wanted = ""): string {
  const had = found.split(/,? /);
  const words = wanted
    .split(" ")
    .filter((word) => !had.includes(word))
    .map((word) => ({ active: "started", inactive: "stopped" })[word] ?? word);
  return words.join(" and ") || "read anew by systemd";
}

function noticePhrase(
  changed: readonly string[],
  gone: readonly ManifestItem[],
  { newItems }: DescribeInput,
): string[] {
  const items = [...newItems.values()].filter(({ key }) =>
    changed.includes(key),
  );
  const actions = new Map<string, string>();
  for (const { unit, action } of [...items, ...gone].flatMap(notificationsOf)) {
    if (changed.includes(`unit:${unit}`)) continue;
    if (actions.get(unit) !== "restart") actions.set(unit, action);
  }
  const phrases = [...actions]
    .sort()
    .map(([unit, action]) => `${unit} ${action}ed`);
  return phrases.length === 0 ? [] : [`then ${phrases.join(" and ")}`];
}
