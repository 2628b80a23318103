import {
  hasUnknown,
  isRecord,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import type { Known } from "./plugin.ts";
import type { Traits } from "./resource.ts";
import { isBlank, isSame } from "./value.ts";

type Kind = "ADD" | "UPDATE" | "DELETE";

/** One path at which inputs differ from the state. */
export interface Difference {
  /** The input that the path begins with. */
  readonly key: string;
  /** `labels.role`, `sshKeys[1]`. */
  readonly path: string;
  readonly kind: Kind;
}

/** Where inputs, in their types, differ from a state. What the API fills in and nobody gives is no difference. */
export function differences<Api>(
  known: Known<Api>,
  before: PropertyMap,
  inputs: PropertyMap,
): Difference[] {
  return Object.keys(known.schema.inputProperties)
    .flatMap((key) => differencesAt(known, key, { before, inputs }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function differencesAt<Api>(
  { resource }: Known<Api>,
  key: string,
  { before, inputs }: { before: PropertyMap; inputs: PropertyMap },
): Difference[] {
  const given = inputs[key];
  if (given === undefined && resource.computed?.includes(key)) return [];
  if (hasUnknown(given)) return [whole(key, before[key], given)];
  const keep = resource.kept?.[key];
  const after =
    keep && typeof given === "string"
      ? keep(given)
      : (given ?? resource.defaults?.[key] ?? null);
  const traits = resource.nested?.[key];
  const [old, wanted] = traits
    ? comparableItems(traits, before[key], after)
    : [before[key], after];
  const isSet = resource.sets?.includes(key) ?? false;
  if (isSame(old, wanted, isSet)) return [];
  if (isBlank(old) || isBlank(wanted)) return [whole(key, old, wanted)];
  if (resource.toldAsOne?.includes(key))
    return [{ key, path: key, kind: "UPDATE" }];
  return inside({ key, old, wanted, isSet });
}

function whole(key: string, old: unknown, wanted: unknown): Difference {
  const isCollection = [old, wanted].some(
    (value) => Array.isArray(value) || isRecord(value),
  );
  const isNothing = (value: unknown) =>
    isCollection ? isBlank(value) : value === null || value === undefined;
  if (isNothing(old)) return { key, path: key, kind: "ADD" };
  return { key, path: key, kind: isNothing(wanted) ? "DELETE" : "UPDATE" };
}

/** Both lists without the details that the API fills in and the inputs leave to it. */
function comparableItems(
  { computed = [], defaults }: Traits,
  old: unknown,
  wanted: unknown,
): [unknown, unknown] {
  const items = Array.isArray(wanted) ? wanted.filter(isRecord) : [];
  const left = computed.filter((key) =>
    items.every((item) => item[key] === undefined),
  );
  const cut = (value: unknown, preset?: PropertyMap) =>
    Array.isArray(value)
      ? value.map((item: unknown) =>
          isRecord(item) ? without({ ...preset, ...item }, left) : item,
        )
      : value;
  return [cut(old), cut(wanted, defaults)];
}

function without(item: PropertyMap, keys: readonly string[]): PropertyMap {
  return Object.fromEntries(
    Object.entries(item).filter(([key]) => !keys.includes(key)),
  );
}

interface Inside {
  readonly key: string;
  readonly old: unknown;
  readonly wanted: unknown;
  readonly isSet: boolean;
}

function inside({ key, old, wanted, isSet }: Inside): Difference[] {
  if (isRecord(old) && isRecord(wanted)) return insideMap(key, old, wanted);
  if (!Array.isArray(old) || !Array.isArray(wanted))
    return [{ key, path: key, kind: "UPDATE" }];
  return isSet ? insideSet(key, old, wanted) : insideList(key, old, wanted);
}

function insideMap(
  key: string,
  old: PropertyMap,
  wanted: PropertyMap,
): Difference[] {
  const names = new Set([...Object.keys(old), ...Object.keys(wanted)]);
  return [...names].flatMap((name) =>
    old[name] === wanted[name]
      ? []
      : [{ ...whole(key, old[name], wanted[name]), path: `${key}.${name}` }],
  );
}

function insideList(
  key: string,
  old: readonly unknown[],
  wanted: readonly unknown[],
): Difference[] {
  const length = Math.max(old.length, wanted.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    isSame(old[index], wanted[index])
      ? []
      : [
          {
            ...whole(key, old[index], wanted[index]),
            path: `${key}[${index}]`,
          },
        ],
  );
}

/** What went is told at its place in the state, what came at its place in the inputs; both at one place are a change. */
function insideSet(
  key: string,
  old: readonly unknown[],
  wanted: readonly unknown[],
): Difference[] {
  const missingIn = (items: readonly unknown[], others: readonly unknown[]) =>
    items.flatMap((item, index) =>
      others.some((other) => isSame(item, other, true)) ? [] : [index],
    );
  const kinds = new Map<number, Kind>();
  for (const index of missingIn(old, wanted)) kinds.set(index, "DELETE");
  for (const index of missingIn(wanted, old))
    kinds.set(index, kinds.has(index) ? "UPDATE" : "ADD");
  return [...kinds].map(([index, kind]) => ({
    key,
    path: `${key}[${index}]`,
    kind,
  }));
}
