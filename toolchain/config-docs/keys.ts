import { z } from "zod";
import { keyComments, type Comment } from "./comments.ts";

/** One key of a schema, as a row of a table shows it. */
export interface Key {
  readonly name: string;
  /** What may stand there, with its range. */
  readonly type: string;
  readonly default: string;
  readonly text: string;
}

/** Where a schema stands. */
export interface SchemaSource {
  readonly schema: z.ZodType;
  /** File in `components/`. */
  readonly file: string;
  /** The constant in that file. */
  readonly constant: string;
  /** Schemas whose keys it has too, and which have sections of their own. @default [] */
  readonly without?: readonly z.ZodObject[];
}

interface Node {
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly required?: readonly string[];
}

/**
 * All keys of a schema: type, range and default from the schema, the sentences from the comments on its keys.
 * Keys that a schema of another file has are left to that one's section.
 */
export function keysOf(source: SchemaSource): Key[] {
  const { schema, file, constant, without = [] } = source;
  const node = z.toJSONSchema(schema, { io: "input" }) as Node;
  const others = new Set(without.flatMap(({ shape }) => Object.keys(shape)));
  return keysBelow(node, keyComments(file, constant), "").filter(
    ({ name }) => !others.has(name.split(".")[0] ?? name),
  );
}

function keysBelow(
  { properties = {}, required = [] }: Node,
  comments: ReadonlyMap<string, Comment>,
  prefix: string,
): Key[] {
  return Object.entries(properties).flatMap(([key, node]) => {
    const name = `${prefix}${key}`;
    const comment = comments.get(name);
    return [
      {
        name,
        type: renderType(node),
        default: renderDefault(name, node, comment, required.includes(key)),
        text: textOf(name, node, comment),
      },
      ...(hasInner(name, comments)
        ? keysBelow(node, comments, `${name}.`)
        : []),
    ];
  });
}

function hasInner(
  name: string,
  comments: ReadonlyMap<string, Comment>,
): boolean {
  return [...comments.keys()].some((key) => key.startsWith(`${name}.`));
}

function renderType(node: Node): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((one) => `\`${one}\``).join(" or ");
  if (node.anyOf) return node.anyOf.map(renderType).join(" or ");
  if (node.type === "array" && node.items?.enum)
    return `list of ${node.items.enum.map((one) => `\`${one}\``).join(", ")}`;
  if (node.type === "array")
    return `list of ${node.items ? renderType(node.items) : "value"}s`;
  if (typeof node.additionalProperties === "object") return "keys, by name";
  if (Object.keys(node.properties ?? {}).join() === "secret")
    return "`{ secret: <name> }`";
  const name = typeNames[node.type ?? ""];
  if (name === undefined) throw new Error(`no name for type ${node.type}`);
  return node.minimum === undefined ? name : `${name}, ${renderRange(node)}`;
}

const typeNames: Partial<Record<string, string>> = {
  string: "text",
  boolean: "`true` or `false`",
  integer: "integer",
  number: "number",
  object: "keys",
};

function renderRange({ minimum, maximum }: Node): string {
  return `${minimum}–${maximum}`;
}

/** The schema's default, and where only the program can tell what it is, the comment's words. */
function renderDefault(
  name: string,
  node: Node,
  comment: Comment | undefined,
  isRequired: boolean,
): string {
  if (isRequired) return "required";
  const said = comment?.default;
  const isInWords = said === undefined || said.startsWith("- ");
  const real = JSON.stringify(node.default) as string | undefined;
  if (real !== undefined && !isInWords && said !== real)
    throw new Error(`${name}: the comment's default is ${said}, not ${real}`);
  if (said !== undefined && isInWords) return said.slice(2);
  const value = (said ?? real)?.replace(/^"(.*)"$/, "$1");
  return value === undefined ? "" : `\`${value}\``;
}

function textOf(
  name: string,
  node: Node,
  comment: Comment | undefined,
): string {
  const text = comment?.text ?? node.description;
  if (text === undefined) throw new Error(`${name} has no description`);
  const range = /\((\d+–\d+)\)/.exec(text)?.[1];
  if (range !== undefined && range !== renderRange(node))
    throw new Error(
      `${name}: the comment's range is ${range}, not ${renderRange(node)}`,
    );
  return text
    .replace(/ \(\d+–\d+\)/, "")
    .replace(/[^.]$/, (last) => `${last}.`);
}
