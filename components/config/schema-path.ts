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
  const value = valueAt(input, path);
  const branches = schemasAt(schema, path, input).flatMap((found) =>
    branchesOf(found, value),
  );
  return [...new Set(branches.flatMap(keysOf))];
}

/** What the tag of a union may be; `path` leads to the tag. */
export function tagsAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  input: unknown,
): string[] {
  return schemasAt(schema, path.slice(0, -1), input)
    .map(bare)
    .filter((union) => union instanceof z.ZodDiscriminatedUnion)
    .flatMap((union) =>
      optionsOf(union).flatMap((one) => childrenOf(one, tagOf(union))),
    )
    .map(bare)
    .flatMap((one) => (one instanceof z.ZodLiteral ? [...one.values] : []))
    .map(String);
}

/** What stands at a path: one schema, or one for each branch of a union that leads there. */
export function schemasAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  input: unknown,
): z.ZodType[] {
  return path.reduce<z.ZodType[]>(
    (schemas, key, index) => {
      const value = valueAt(input, path.slice(0, index));
      return schemas
        .flatMap((one) => branchesOf(one, value))
        .flatMap((branch) => childrenOf(branch, key));
    },
    [schema],
  );
}

/** A schema without defaults around it; of a union its options, or the one that the value's tag names. */
export function branchesOf(schema: z.ZodType, value?: unknown): z.ZodType[] {
  const found = bare(schema);
  if (!(found instanceof z.ZodUnion)) return [found];
  const options = optionsOf(found);
  const tag =
    found instanceof z.ZodDiscriminatedUnion ? tagOf(found) : undefined;
  if (tag === undefined)
    return options.flatMap((one) => branchesOf(one, value));
  const given = valueAt(value, [tag]);
  const named = options.filter((one) =>
    childrenOf(one, tag).some((child) => child.safeParse(given).success),
  );
  return named.length > 0 ? named : options;
}

/** The schema behind a key, when there is one. */
export function childrenOf(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape: Record<PropertyKey, z.ZodType | undefined> = schema.shape;
    const child = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return child ? [child] : [];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  return schema instanceof z.ZodArray ? [schema.element as z.ZodType] : [];
}

/** The keys that an object's schema lists. */
export function keysOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function bare(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return bare(schema.unwrap() as z.ZodType);
  }
  return schema instanceof z.ZodPipe ? bare(schema.in as z.ZodType) : schema;
}

function optionsOf(union: z.ZodUnion): z.ZodType[] {
  return union.options as z.ZodType[];
}

function tagOf(union: z.ZodDiscriminatedUnion): string {
  return union.def.discriminator;
}
