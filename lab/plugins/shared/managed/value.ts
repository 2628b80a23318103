import { isDeepStrictEqual } from "node:util";
import {
  isRecord,
  UNKNOWN,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import type { Shape } from "./schema.ts";

/** The value in the type that the schema wants, where it can be read as one: "12" is a number where a number is wanted. */
export function coerce(shape: Shape, value: unknown): unknown {
  if (value === UNKNOWN || value === null || value === undefined) return value;
  if (shape.kind === "list") {
    return Array.isArray(value)
      ? value.map((one) => coerce(shape.item, one))
      : value;
  }
  if (isRecord(value)) return coerceRecord(shape, value);
  const isScalar = typeof value === "number" || typeof value === "boolean";
  if (shape.kind === "string" && isScalar) return String(value);
  return typeof value === "string" ? parse(shape.kind, value) : value;
}

function coerceRecord(shape: Shape, value: PropertyMap): PropertyMap {
  const shapeOfKey = (key: string): Shape | undefined => {
    if (shape.kind === "map") return shape.item;
    return shape.kind === "object" ? shape.fields[key] : undefined;
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, leaf]) => {
      const inner = shapeOfKey(key);
      return [key, inner ? coerce(inner, leaf) : leaf];
    }),
  );
}

function parse(kind: Shape["kind"], text: string): unknown {
  if (kind === "integer" && /^-?\d+$/.test(text)) return Number(text);
  if (kind === "number" && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (kind === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

/** The value without what the engine wrote beside it: no `__defaults` at any depth. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, leaf]) => [key, withoutMarks(leaf)]),
  );
}

/** Whether a value says nothing: absent, empty, zero or off. */
export function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isRecord(value)) return Object.keys(value).length === 0;
  return [undefined, null, "", 0, false].includes(value as null);
}

/** The same value in one form, whether what says nothing is there or not; lists that are sets in one order. */
export function settled(value: unknown, isSet = false): unknown {
  if (isBlank(value)) return null;
  if (Array.isArray(value)) {
    const items = value.map((one) => settled(one, true));
    return isSet ? items.toSorted(byText) : items;
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value)
    .filter(([, leaf]) => !isBlank(leaf))
    .map(([key, leaf]): [string, unknown] => [key, settled(leaf, isSet)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function byText(a: unknown, b: unknown): number {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one < other ? -1 : Number(one > other);
}

/** Whether two values mean the same. */
export function isSame(one: unknown, other: unknown, isSet = false): boolean {
  return isDeepStrictEqual(settled(one, isSet), settled(other, isSet));
}
