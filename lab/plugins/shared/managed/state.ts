import {
  isRecord,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { withoutUnknowns } from "./plan.ts";
import { isFramework, type Known } from "./plugin.ts";
import type { Found } from "./resource.ts";
import { isBlock } from "./schema.ts";
import { inSetOrder } from "./set-order.ts";
import { isBlank, isSame } from "./value.ts";

/** The state after a Create or an Update: what was planned, and what the API says of it. */
export function appliedState<Api>(
  known: Known<Api>,
  planned: PropertyMap,
  found: Found,
): PropertyMap {
  const merged: PropertyMap = { ...planned };
  for (const [key, value] of Object.entries(found)) {
    const isSilent = planned[key] === null && isEmptyCollection(value);
    merged[key] = isSilent ? null : preferred(known, key, planned[key], value);
  }
  return tidy(known, withoutUnknowns(known, merged));
}

/** The state after a look at the API. */
export function refreshedState<Api>(
  known: Known<Api>,
  before: PropertyMap,
  found: Found,
): PropertyMap {
  const merged: PropertyMap = { ...before };
  for (const [key, value] of Object.entries(found)) {
    const isCollection = Array.isArray(value) || isRecord(value);
    merged[key] =
      isCollection && isBlank(value)
        ? value
        : preferred(known, key, before[key], value);
  }
  return tidy(known, merged);
}

/** Blocks stay as they are written where they mean what the API says; only details that were not known come from it. */
function preferred<Api>(
  { shapes, resource }: Known<Api>,
  key: string,
  before: unknown,
  found: unknown,
): unknown {
  const shape = shapes[key];
  const isSet = resource.sets?.includes(key) ?? false;
  if (!shape || !isBlock(shape))
    return isSet && Array.isArray(found) ? inSetOrder(found) : found;
  return isSame(before, found, isSet) ? before : inOrder(found, isSet);
}

function inOrder(found: unknown, isSet: boolean): unknown {
  return isSet && Array.isArray(found) ? inSetOrder(found) : found;
}

function isEmptyCollection(value: unknown): boolean {
  return (Array.isArray(value) || isRecord(value)) && isBlank(value);
}

function tidy<Api>(known: Known<Api>, state: PropertyMap): PropertyMap {
  const { schemaVersion } = known.resource;
  if (!isFramework(known))
    return schemaVersion === undefined
      ? state
      : { ...state, __meta: JSON.stringify({ schema_version: schemaVersion }) };
  return Object.fromEntries(
    Object.entries(state).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  );
}

/** Objects of a set that were there before have null instead of empty texts after an Update, as the official plugins write them. */
export function withKeptElements<Api>(
  { resource, shapes }: Known<Api>,
  before: PropertyMap,
  planned: PropertyMap,
): PropertyMap {
  const kept = Object.entries(planned).map(
    ([key, value]): [string, unknown] => {
      const shape = shapes[key];
      const old = before[key];
      const isSet = resource.sets?.includes(key) && shape && isBlock(shape);
      if (!isSet || !Array.isArray(value) || !Array.isArray(old))
        return [key, value];
      const items = value.map((one: unknown) =>
        old.some((other) => isSame(one, other, true)) ? nulled(one) : one,
      );
      return [key, inSetOrder(items)];
    },
  );
  return Object.fromEntries(kept);
}

function nulled(item: unknown): unknown {
  if (!isRecord(item)) return item;
  return Object.fromEntries(
    Object.entries(item).map(([key, leaf]) => [key, leaf === "" ? null : leaf]),
  );
}
