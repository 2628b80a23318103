import { isDeepStrictEqual } from "node:util";
import { gateKey, HOLDS } from "./gate-state.ts";
import { itemsOf, parseKnownItems } from "./inputs.ts";
import { hasUnknown, isRecord, reveal, type PropertyMap } from "./property.ts";
import { desiredOf, itemsWithSecrets, type State } from "./state.ts";

export type ChangeKind = "add" | "update" | "delete" | "replace";

/** One difference, at the path of the thing that differs. */
export interface Change {
  readonly path: string;
  readonly kind: ChangeKind;
  /** Whether the host has to be contacted for it. */
  readonly touchesHost: boolean;
  /** Key of `observed` where the inputs are the same, and what was seen is not what they ask for. */
  readonly drifted?: string;
}

/** What differs between what is in the state and the new inputs; no network. */
export function changesOf(
  state: State,
  oldInputs: PropertyMap,
  news: PropertyMap,
): Change[] {
  return [
    ...hostChanges(oldInputs, news),
    ...itemChanges(state, oldInputs, news),
    ...mapChanges("gates", oldInputs, news),
    ...gatesThatFail(state, oldInputs, news),
    ...mapChanges("watch", oldInputs, news),
    ...deadlineChange(oldInputs, news),
  ];
}

function hostChanges(oldInputs: PropertyMap, news: PropertyMap): Change[] {
  const before = record(oldInputs["host"]);
  const after = record(news["host"]);
  const changes: Change[] = [];
  if (isDifferent(before["id"], after["id"]))
    changes.push({ path: "host.id", kind: "replace", touchesHost: true });
  if (isDifferent(before["name"], after["name"]))
    changes.push({ path: "host.name", kind: "update", touchesHost: false });
  const old = record(before["connection"]);
  const now = record(after["connection"]);
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
    // What a create alone uses is nothing that could have to be carried out.
    if (key !== "first" && isDifferent(old[key], now[key]))
      changes.push({
        path: `host.connection.${key}`,
        kind: kindOf(key, old, now),
        touchesHost: false,
      });
  return changes;
}

function itemChanges(
  state: State,
  oldInputs: PropertyMap,
  news: PropertyMap,
): Change[] {
  const before = itemsOf(oldInputs);
  const after = itemsOf(news);
  const items = itemsWithSecrets(parseKnownItems(news));
  const wanted = desiredOf(items, state.digestKey);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].sort().flatMap((key) => {
    const isConverged = key in after && wanted[key] === state.observed[key];
    const isSame = key in before && !isDifferent(before[key], after[key]);
    if (isConverged && (isSame || isOnlyElsewhere(before[key], after[key])))
      return [];
    return [
      {
        path: pathOf("items", key),
        kind: kindOf(key, before, after),
        // What was seen of an item that was never settled comes from an update that failed.
        touchesHost: !isConverged || !(key in before),
        ...(isSame && { drifted: key }),
      },
    ];
  });
}

/** The directory on the workstation may move: what counts is what lies in it. */
function isOnlyElsewhere(before: unknown, after: unknown): boolean {
  if (!isRecord(before) || !isRecord(after)) return false;
  return !isDifferent({ ...before, source: "" }, { ...after, source: "" });
}

function mapChanges(
  name: "gates" | "watch",
  oldInputs: PropertyMap,
  news: PropertyMap,
): Change[] {
  const before = record(oldInputs[name]);
  const after = record(news[name]);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .sort()
    .filter((key) => isDifferent(before[key], after[key]))
    .map((key) => ({
      path: pathOf(name, key),
      kind: kindOf(key, before, after),
      touchesHost: key in after,
    }));
}

/** A manifest without items is its gates: one that no longer holds is tried again. */
function gatesThatFail(
  state: State,
  oldInputs: PropertyMap,
  news: PropertyMap,
): Change[] {
  if (Object.keys(itemsOf(news)).length > 0) return [];
  const before = record(oldInputs["gates"]);
  return Object.entries(record(news["gates"]))
    .filter(
      ([name, gate]) =>
        name in before &&
        !isDifferent(before[name], gate) &&
        state.observed[gateKey(name)] !== HOLDS,
    )
    .map(([name]) => ({
      path: pathOf("gates", name),
      kind: "update",
      touchesHost: true,
      drifted: gateKey(name),
    }));
}

function deadlineChange(oldInputs: PropertyMap, news: PropertyMap): Change[] {
  const path = "deadlineSeconds";
  if (!isDifferent(oldInputs[path], news[path])) return [];
  return [{ path, kind: kindOf(path, oldInputs, news), touchesHost: false }];
}

function kindOf(
  key: string,
  before: PropertyMap,
  after: PropertyMap,
): ChangeKind {
  if (!(key in before)) return "add";
  return key in after ? "update" : "delete";
}

function isDifferent(before: unknown, after: unknown): boolean {
  return (
    hasUnknown(before) ||
    hasUnknown(after) ||
    !isDeepStrictEqual(reveal(before), reveal(after))
  );
}

/** Path of a key that may hold any character. */
export function pathOf(map: string, key: string): string {
  return `${map}[${JSON.stringify(key)}]`;
}

function record(value: unknown): PropertyMap {
  return isRecord(value) ? value : {};
}
