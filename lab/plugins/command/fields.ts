import {
  isRecord,
  Secret,
  UNKNOWN,
  type PropertyMap,
} from "../../../provider/server/property.ts";
import schema from "./schema.json" with { type: "json" };

/** Why an input cannot be used. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

interface Field {
  readonly type?: string;
  readonly $ref?: string;
  readonly additionalProperties?: Field;
  readonly items?: Field;
}

type Fields = Readonly<Record<string, Field>>;

interface ObjectType {
  readonly properties: Fields;
  readonly required: readonly string[];
}

/** What is wrong with a resource's inputs, in the words of the framework that the official plugin is made with. */
export function failuresOf(token: string, inputs: PropertyMap): Failure[] {
  const { inputProperties, requiredInputs } = resourceOf(token);
  const [, module = ""] = token.split(":");
  const type = { properties: inputProperties, required: requiredInputs };
  return objectFailures(type, inputs, `${module}.CommandInputs`);
}

function resourceOf(token: string): {
  readonly inputProperties: Fields;
  readonly requiredInputs: readonly string[];
} {
  const resources: Readonly<
    Record<string, { inputProperties: Fields; requiredInputs?: string[] }>
  > = schema.resources;
  const { inputProperties = {}, requiredInputs = [] } = resources[token] ?? {};
  return { inputProperties, requiredInputs };
}

function objectFailures(
  { properties, required }: ObjectType,
  value: PropertyMap,
  typeName: string,
): Failure[] {
  const missing = required
    .filter((key) => value[key] === undefined || value[key] === null)
    .map((key) => ({
      property: key,
      reason: `Missing required field '${key}' on '${typeName}'`,
    }));
  const wrong = Object.entries(value).flatMap(([key, one]) => {
    const field = properties[key];
    if (field) return fieldFailures(field, one, { key, typeName });
    const reason = `Unrecognized field '${key}' on '${typeName}'`;
    return [{ property: key, reason }];
  });
  return [...missing, ...wrong];
}

interface Place {
  readonly key: string;
  readonly typeName: string;
}

function fieldFailures(field: Field, value: unknown, place: Place): Failure[] {
  const plain = value instanceof Secret ? value.value : value;
  if (plain === UNKNOWN || plain === null) return [];
  const nested = objectTypeOf(field);
  if (nested && isRecord(plain)) return nestedFailures(nested, plain, place);
  if (field.type === "object" && isRecord(plain)) {
    return Object.entries(plain).flatMap(([name, leaf]) =>
      fieldFailures(field.additionalProperties ?? {}, leaf, {
        ...place,
        key: `${place.key}[${name}] value`,
      }),
    );
  }
  const wanted = goNames[nested ? "object" : (field.type ?? "")];
  const got = goTypeOf(plain);
  if (wanted === undefined || wanted === got) return [];
  const { key, typeName } = place;
  const reason = `Field '${key}' on '${typeName}' must be a '${wanted}'; got '${got}' instead`;
  return [{ property: key, reason }];
}

function nestedFailures(
  { type, name }: { type: ObjectType; name: string },
  value: PropertyMap,
  { key, typeName }: Place,
): Failure[] {
  const inner = objectFailures(type, value, name);
  if (inner.length === 0) return [];
  const short = typeName.split(".").at(-1) ?? "";
  const lines = inner.map(
    ({ property, reason }) => `\n\t${property}: ${reason}`,
  );
  const reason = `An error occurred decoding '${short}.${key}': ${inner.length} failures decoding:${lines.join("")}`;
  return [{ property: key, reason }];
}

function objectTypeOf({
  $ref,
}: Field): { type: ObjectType; name: string } | undefined {
  const token = $ref?.replace("#/types/", "") ?? "";
  const types: Readonly<Record<string, object>> = schema.types;
  const type = types[token];
  if (!type || !("properties" in type)) return undefined;
  return {
    type: type as ObjectType,
    name: token.split(":").slice(1).join("."),
  };
}

/** Types of the schema, as Go calls what it decodes them from. */
const goNames: Readonly<Record<string, string>> = {
  string: "string",
  boolean: "bool",
  number: "float64",
  integer: "float64",
  array: "[]property.Value",
  object: "property.Map",
};

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]property.Value";
  const names: Readonly<Record<string, string>> = {
    ...{ string: "string", boolean: "bool", number: "float64" },
  };
  return names[typeof value] ?? "property.Map";
}
