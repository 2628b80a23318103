import { z } from "zod";

/** The value at a path. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? Reflect.get(value, key)
        : undefined,
    input,
  );
}

/** The keys that a schema knows at a path. */
export function keysAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  input: unknown,
): string[] {
  const found = schemaAt(schema, path, input);
  const object = unwrap(found, valueAt(input, path));
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** What the tag of a union may be; `path` leads to the tag. */
export function tagsAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  input: unknown,
): string[] {
  const union = schemaAt(schema, path.slice(0, -1), input);
  if (!(union instanceof z.ZodDiscriminatedUnion)) return [];
  const tag = union.def.discriminator;
  return union.options
    .map((option) => childOf(option, tag))
    .flatMap((one) => (one instanceof z.ZodLiteral ? [...one.values] : []))
    .map(String);
}

function schemaAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  input: unknown,
): unknown {
  return path.reduce<unknown>(
    (current, key, index) =>
      childOf(unwrap(current, valueAt(input, path.slice(0, index))), key),
    schema,
  );
}

function childOf(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) {
    const shape: Record<PropertyKey, unknown> = schema.shape;
    return shape[key];
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** Looks through defaults and options, and picks a union's branch by its tag. */
function unwrap(schema: unknown, value: unknown): unknown {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrap(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const tag = schema.def.discriminator;
    return schema.options.find(
      (option) =>
        option instanceof z.ZodObject &&
        (option.shape[tag] as z.ZodType).safeParse(valueAt(value, [tag]))
          .success,
    );
  }
  return schema;
}
