import {
  isRecord,
  UNKNOWN,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { isFramework, type Known } from "./plugin.ts";
import type { Traits } from "./resource.ts";
import { isBlock, type Shape } from "./schema.ts";
import { inSetOrder } from "./set-order.ts";
import { coerce, isBlank, withoutMarks } from "./value.ts";

/** Inputs without marks, in the types of the schema. */
export function typedInputs<Api>(
  { schema, shapes }: Known<Api>,
  raw: PropertyMap,
): PropertyMap {
  const inputs = withoutMarks(raw) as PropertyMap;
  return Object.fromEntries(
    Object.keys(schema.inputProperties).flatMap((key) => {
      const shape = shapes[key];
      const value = inputs[key];
      if (!shape || value === undefined || value === null) return [];
      return [[key, coerce(shape, value)]];
    }),
  );
}

/** What the outputs will be: the inputs, defaults, and for the rest what they were, or that nobody knows. */
export function plan<Api>(
  known: Known<Api>,
  inputs: PropertyMap,
  before?: PropertyMap,
): PropertyMap {
  const planned: PropertyMap = { id: before ? before["id"] : UNKNOWN };
  for (const key of Object.keys(known.shapes)) {
    const value = planOne(known, key, { inputs, before });
    if (value !== undefined) planned[key] = value;
  }
  return planned;
}

function planOne<Api>(
  known: Known<Api>,
  key: string,
  { inputs, before }: { inputs: PropertyMap; before: PropertyMap | undefined },
): unknown {
  const { resource, schema, shapes } = known;
  const shape = shapes[key];
  const given = inputs[key];
  if (!shape) return undefined;
  if (given !== undefined) return planGiven(known, key, given);
  const preset = resource.defaults?.[key];
  if (preset !== undefined) return preset;
  const isComputed =
    !(key in schema.inputProperties) || resource.computed?.includes(key);
  if (isComputed) return before ? before[key] : UNKNOWN;
  // What says nothing stays as the API wrote it.
  if (before?.[key] !== undefined && isBlank(before[key])) return before[key];
  if (isBlock(shape)) return [];
  return isFramework(known) ? undefined : null;
}

function planGiven<Api>(
  { resource, shapes }: Known<Api>,
  key: string,
  given: unknown,
): unknown {
  const keep = resource.kept?.[key];
  if (keep && typeof given === "string") return keep(given);
  const shape = shapes[key];
  if (!Array.isArray(given) || shape?.kind !== "list") return given;
  const { item } = shape;
  const items =
    item.kind === "object"
      ? given.map((one) => planNested(item.fields, resource.nested?.[key], one))
      : given;
  return resource.sets?.includes(key) ? inSetOrder(items) : items;
}

function planNested(
  fields: Readonly<Record<string, Shape>>,
  traits: Traits | undefined,
  given: unknown,
): unknown {
  if (!isRecord(given)) return given;
  return Object.fromEntries(
    Object.entries(fields).map(([key, shape]) => {
      const value = given[key] ?? traits?.defaults?.[key];
      if (value !== undefined) return [key, value];
      return [key, traits?.computed?.includes(key) ? UNKNOWN : blank(shape)];
    }),
  );
}

function blank({ kind }: Shape): unknown {
  if (kind === "list") return [];
  if (kind === "map") return {};
  if (kind === "boolean") return false;
  return kind === "string" ? "" : 0;
}

/** A plan whose unknown parts turned out to be nothing. */
export function withoutUnknowns<Api>(
  known: Known<Api>,
  planned: PropertyMap,
): PropertyMap {
  const entries = Object.entries(planned).flatMap(([key, value]) => {
    const isKnown = value !== UNKNOWN;
    if (isKnown) return [[key, nothingForUnknown(value)]];
    if (isFramework(known)) return [];
    return [[key, known.shapes[key]?.kind === "list" ? [] : null]];
  });
  return Object.fromEntries(entries) as PropertyMap;
}

function nothingForUnknown(value: unknown): unknown {
  if (value === UNKNOWN) return null;
  if (Array.isArray(value)) return value.map(nothingForUnknown);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, leaf]) => [key, nothingForUnknown(leaf)]),
  );
}
