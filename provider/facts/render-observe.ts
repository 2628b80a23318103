import type { Gate } from "../../manifest/gates.ts";
import type { ItemKind } from "../../manifest/items.ts";
import { command, lines, quote, type Command } from "../commands/index.ts";
import { ledgerKeys } from "../operations/claim.ts";
import { gateWords } from "../operations/gate-record.ts";
import { isNginxConcern, NGINX_UNIT } from "../operations/notification.ts";
import { settingWords } from "../operations/setting.ts";
import { postgresAsks } from "../operations/postgres/ask.ts";
import { notificationsOf, type ManifestItem } from "../operations/item.ts";

/** What one observation asks. */
export interface ObserveRequest {
  readonly manifestId: string;
  /** Items of the new and of the old inputs: both are looked at. */
  readonly items: Iterable<ManifestItem>;
  /** Gates to try. @default - none */
  readonly gates?: Readonly<Record<string, Gate>>;
}

/** Paths in one call: far below what one argument list may hold, at any length of path. */
const CHUNK = 200;

/** The calls that follow `host/observe/` on the stdin of bash; ends with a newline. */
export function renderObserve(request: ObserveRequest): string {
  const items = [...request.items];
  const names = (...kinds: ItemKind[]): string[] =>
    items.filter((item) => kinds.includes(item.kind)).map((item) => item.name);
  const paths = names("file", "directory", "link", "absent", "sshd");
  const units = [
    ...names("unit"),
    ...items.flatMap((item) => notificationsOf(item).map(({ unit }) => unit)),
    ...(items.some(isNginxConcern) ? [NGINX_UNIT] : []),
  ];
  const calls = [
    attempt("host", "observe_host"),
    attempt("generation", "observe_generation"),
    attempt("ledger", "observe_ledger", [
      request.manifestId,
      ...sorted(items.flatMap(ledgerKeys)),
    ]),
    attempt("jobs", "observe_jobs", [request.manifestId]),
    ...batches("observe_paths", paths),
    ...batches("observe_packages", names("package")),
    ...batches("observe_units", units),
    ...each("observe_release", names("release")),
    ...each("observe_nftables", names("nftables")),
    ...each("observe_host_key", names("host-key")),
    ...items.flatMap((item) =>
      item.kind === "setting"
        ? [attempt(item.name, "observe_setting", settingWords(item))]
        : [],
    ),
    ...batches("observe_sysctls", names("sysctl")),
    ...accounts(items),
    ...postgresAsks(items).map(({ name, words: [observe = "", ...words] }) =>
      attempt(name, observe, words),
    ),
    ...Object.entries(request.gates ?? {}).map(([name, gate]) =>
      attempt(`gate:${name}`, "observe_gate", gateWords(name, gate)),
    ),
    command("observe_complete"),
  ];
  return `${lines(...calls).toShell()}\n`;
}

function attempt(
  item: string,
  observe: string,
  words: readonly string[] = [],
): Command {
  return command("attempt", quote(item), observe, ...words.map(quote));
}

/** Accounts, the groups that they need or whose names they would take, and the numbers that they want. */
function accounts(items: readonly ManifestItem[]): Command[] {
  const users = items.filter((item) => item.kind === "user");
  const groups = users.flatMap(({ name, body }) => [name, ...body.groups]);
  const uids = users.flatMap(({ body: { uid } }) =>
    uid === undefined ? [] : [String(uid)],
  );
  return [
    ...batches(
      "observe_users",
      users.map(({ name }) => name),
    ),
    ...batches("observe_groups", groups),
    ...batches("observe_uids", uids),
  ];
}

function each(observe: string, names: readonly string[]): Command[] {
  return sorted(names).map((name) => attempt(name, observe, [name]));
}

function batches(observe: string, names: readonly string[]): Command[] {
  const all = sorted(names);
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) =>
    attempt(observe, observe, all.slice(index * CHUNK, (index + 1) * CHUNK)),
  );
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
