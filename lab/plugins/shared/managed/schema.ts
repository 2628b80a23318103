/** A property as a plugin's schema describes it. */
export interface PropertySchema {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: PropertySchema;
  readonly additionalProperties?: PropertySchema;
  readonly description?: string;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
}

type Properties = Readonly<Record<string, PropertySchema>>;

/** What the schema says about one resource. */
export interface ManagedResourceSchema {
  readonly properties: Properties;
  readonly inputProperties: Properties;
  readonly requiredInputs?: readonly string[];
}

/** As much of a plugin's schema as the stand-in acts on. */
export interface ManagedSchema {
  readonly name: string;
  /** The version of the official plugin that it stands in for. */
  readonly version: string;
  readonly config: { readonly variables: Properties };
  /** By type token. */
  readonly resources: Readonly<Record<string, ManagedResourceSchema>>;
  /** Types of nested objects, by token. */
  readonly types: Readonly<
    Record<
      string,
      {
        readonly properties?: Properties;
        readonly required?: readonly string[];
        readonly type?: string;
      }
    >
  >;
}

/** What kind of value a property takes. */
export type Shape =
  | { readonly kind: "string" | "integer" | "number" | "boolean" }
  | { readonly kind: "list" | "map"; readonly item: Shape }
  | {
      readonly kind: "object";
      readonly fields: Readonly<Record<string, Shape>>;
    };

/** The shape of a property, with the types that it names. */
export function shapeOf(
  types: ManagedSchema["types"],
  { type, $ref, items, additionalProperties }: PropertySchema,
): Shape {
  if ($ref !== undefined) return shapeOfType(types, $ref);
  if (type === "array")
    return { kind: "list", item: shapeOf(types, items ?? {}) };
  if (type === "object")
    return { kind: "map", item: shapeOf(types, additionalProperties ?? {}) };
  if (type === "integer" || type === "number" || type === "boolean")
    return { kind: type };
  return { kind: "string" };
}

function shapeOfType(types: ManagedSchema["types"], $ref: string): Shape {
  const { properties } = types[$ref.replace("#/types/", "")] ?? {};
  if (!properties) return { kind: "string" };
  const fields = Object.entries(properties).map(
    ([key, property]): [string, Shape] => [key, shapeOf(types, property)],
  );
  return { kind: "object", fields: Object.fromEntries(fields) };
}

/** Whether a shape is a list of nested objects, which is empty and never null where it is not given. */
export function isBlock(shape: Shape): boolean {
  return shape.kind === "list" && shape.item.kind === "object";
}
