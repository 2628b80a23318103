import ts from "typescript";

/** A property as Pulumi's package schema writes it. */
export interface PropertySpec {
  readonly type?: string;
  readonly items?: PropertySpec;
  readonly additionalProperties?: PropertySpec;
  readonly $ref?: string;
  /** The value decides what is made, so it must be known when the program runs. */
  readonly plain?: true | undefined;
  readonly description?: string;
}

const keywords = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "integer"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
]);

const references = new Map<string, PropertySpec>([
  ["Host", { $ref: "#/resources/flotilla:index:Host" }],
  ["Nginx", { $ref: "#/resources/flotilla:index:Nginx" }],
  [
    "HostFacts",
    {
      type: "object",
      additionalProperties: { $ref: "pulumi.json#/Any" },
    },
  ],
]);

/** What a type of TypeScript is in the schema; a type that has no counterpart is an error. */
export function specOf(
  name: string,
  type: ts.TypeNode | undefined,
): PropertySpec {
  const spec = type && convert(type);
  if (spec) return spec;
  throw new Error(`${name}: no schema for ${type?.getText() ?? "no type"}`);
}

function convert(type: ts.TypeNode): PropertySpec | undefined {
  if (ts.isUnionTypeNode(type)) return convertOptional(type);
  if (ts.isTypeOperatorNode(type)) return convert(type.type);
  if (ts.isArrayTypeNode(type)) return convertList(type);
  if (ts.isTypeReferenceNode(type)) return convertReference(type);
  const keyword = keywords.get(type.kind);
  return keyword === undefined ? undefined : { type: keyword, plain: true };
}

function convertOptional({ types }: ts.UnionTypeNode) {
  const [type, ...rest] = types.filter(
    ({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword,
  );
  return type && rest.length === 0 ? convert(type) : undefined;
}

function convertList({
  elementType,
}: ts.ArrayTypeNode): PropertySpec | undefined {
  const items = convert(elementType);
  return items && { type: "array", items, plain: true };
}

function convertReference(
  type: ts.TypeReferenceNode,
): PropertySpec | undefined {
  const name = type.typeName.getText();
  const [inner] = type.typeArguments ?? [];
  if (!/^pulumi\.(In|Out)put$/.test(name)) return references.get(name);
  const spec = inner && convert(inner);
  return spec && withoutPlain(spec);
}

function withoutPlain(spec: PropertySpec): PropertySpec {
  const { items, ...rest } = spec;
  const bare = { ...rest, plain: undefined };
  return items ? { ...bare, items: withoutPlain(items) } : bare;
}
