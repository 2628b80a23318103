import {
  isRecord,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { isFramework, type Known } from "./plugin.ts";
import { isBlank } from "./value.ts";

/** The inputs that would lead to a state: what it says, and null where a default could not be read. */
export function importedInputs<Api>(
  known: Known<Api>,
  state: PropertyMap,
): PropertyMap {
  const keys = Object.keys(known.schema.inputProperties);
  if (isFramework(known)) {
    const given = keys.filter((key) => state[key] !== undefined);
    return Object.fromEntries(given.map((key) => [key, state[key]]));
  }
  const entries = keys.flatMap((key) => {
    const value = state[key];
    const isPreset = value === known.resource.inputDefaults?.[key];
    if (!isBlank(value) && !isPreset) return [[key, marked(value)]];
    const isUnread = value === null && key in (known.resource.defaults ?? {});
    return isUnread ? [[key, null]] : [];
  });
  return {
    __defaults: [],
    ...(Object.fromEntries(entries) as PropertyMap),
  };
}

function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  if (!isRecord(value)) return value;
  return { __defaults: [], ...value };
}
