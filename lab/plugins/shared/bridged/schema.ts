import {
  isRecord,
  type PropertyMap,
} from "../../../../provider/server/property.ts";

interface Property {
  readonly type: string;
  readonly description: string;
  readonly secret?: boolean;
}

/** What the schema says about one resource. */
export interface ResourceSchema {
  readonly properties: Readonly<Record<string, Property>>;
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs?: readonly string[];
}

/** As much of a plugin's schema as the stand-in acts on. */
export interface PluginSchema {
  readonly name: string;
  /** The version of the official plugin that it stands in for. */
  readonly version: string;
  /** By type token. */
  readonly resources: Readonly<Record<string, ResourceSchema>>;
}

/**
 * The known inputs in the types that the schema wants, as the official plugin converts them: "16" is a number where a
 * number is wanted. What the schema does not know is left out.
 */
export function coerceInputs(
  { inputProperties }: ResourceSchema,
  inputs: PropertyMap,
): PropertyMap {
  return Object.fromEntries(
    Object.entries(inputProperties).flatMap(([key, { type }]) => {
      const value = inputs[key];
      return value === undefined || value === null
        ? []
        : [[key, coerce(type, value)]];
    }),
  );
}

function coerce(type: string, value: unknown): unknown {
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, leaf]) => [key, coerce("string", leaf)]),
    );
  }
  if (type === "string" && ["number", "boolean"].includes(typeof value)) {
    return String(value);
  }
  if (typeof value !== "string") return value;
  if (type === "integer" && /^-?\d+$/.test(value)) return Number(value);
  if (type === "boolean" && /^(true|false)$/.test(value)) {
    return value === "true";
  }
  return value;
}
