import { isRecord, reveal, UNKNOWN, type PropertyMap } from "../property.ts";

/** What differs between two states of what is watched; no network. */
export interface SnapshotChanges {
  /** Keys of `watch` whose change makes a snapshot. */
  readonly reasons: readonly string[];
  /** Other inputs that are others now. */
  readonly settings: readonly string[];
  /** Another machine is a fresh one: nothing on it is worth a snapshot. */
  readonly isOtherMachine: boolean;
}

const settings = ["provider", "machine", "stack", "host", "keep"] as const;

/** Why a snapshot would be made, and what else changed. */
export function snapshotChanges(
  olds: PropertyMap,
  news: PropertyMap,
): SnapshotChanges {
  const changed = settings.filter(
    (name) => reveal(olds[name]) !== reveal(news[name]),
  );
  const isOtherMachine =
    changed.includes("machine") || changed.includes("provider");
  const reasons = isOtherMachine
    ? []
    : watchChanges(watchOf(olds), watchOf(news));
  return { reasons, settings: changed, isOtherMachine };
}

/** What is watched, with secrets revealed. */
export function watchOf(inputs: PropertyMap): PropertyMap {
  const watch = reveal(inputs["watch"]);
  return isRecord(watch) ? watch : {};
}

/** Whether it is not known yet what an entry will be. */
export function isOpen(inputs: PropertyMap, key: string): boolean {
  return watchOf(inputs)[key] === UNKNOWN;
}

/** A package that leaves a list stays installed: nothing happens to the host. */
function watchChanges(before: PropertyMap, after: PropertyMap): string[] {
  const gone = Object.keys(before).filter(
    (key) => !(key in after) && !key.includes("/package:"),
  );
  const other = Object.keys(after).filter((key) => after[key] !== before[key]);
  return [...gone, ...other].sort();
}
