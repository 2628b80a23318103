import path from "node:path";
import { z } from "zod";
import { fleetFileName } from "../components/config/fleet-file.ts";
import { fleet } from "../components/config/fleet.ts";
import { keysOf } from "./config-docs/keys.ts";
import { sections, type Section } from "./config-docs/sections.ts";

/** A node of a JSON schema, as far as it is touched here. */
interface Node {
  readonly [key: string]: unknown;
  description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly oneOf?: readonly Node[];
}

/** Where the schemas lie: for the value of `flotilla:fleet`, and for a whole `Pulumi.<stack>.yaml`. */
export const schemaFiles = {
  fleet: inSchemaFolder("fleet.json"),
  stack: inSchemaFolder("stack.json"),
};

function inSchemaFolder(name: string): string {
  return path.join(import.meta.dirname, "..", "schema", name);
}

/** What editors are told of `flotilla:fleet`: made from the same schema that the program checks with. */
export function fleetSchema(): Node {
  const root = z.toJSONSchema(fleet, {
    io: "input",
    target: "draft-7",
  }) as Node;
  for (const section of sections)
    for (const node of nodesOf(root, section)) describeKeys(node, section);
  return { ...root, title: "flotilla:fleet" };
}

/** The same, around it what Pulumi keeps in a stack's file. */
export function stackSchema(): Node {
  const { $schema, ...root } = fleetSchema();
  return {
    $schema,
    title: "Pulumi.<stack>.yaml of a Flotilla project",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        description: "The configuration of the stack",
        type: "object",
        required: ["flotilla:fleet"],
        properties: {
          "flotilla:fleet": {
            if: { type: "string" },
            then: { pattern: fleetFileName.source },
            else: root,
          },
        },
      },
    },
  };
}

/** The sentences of docs/config.md, as hovers. */
function describeKeys(node: Node, section: Section): void {
  for (const { name, text, default: value } of keysOf(section)) {
    const key = name
      .split(".")
      .reduce<Node | undefined>((one, word) => one?.properties?.[word], node);
    if (!key) throw new Error(`${section.title} has no ${name}`);
    const isSaid = ["", "required", "`{}`", "`[]`"].includes(value);
    const words = isSaid ? "" : ` Default: ${value}.`;
    key.description = `${text}${words}`;
  }
}

/** The nodes of a section, by its title: `ssh`, `sites.<name>.git`, `services.<name>, type redis`, `hosts.<name>`. */
function nodesOf(root: Node, { title }: Section): readonly Node[] {
  const [place = "", tag] = title.split(", ");
  if (place === "flotilla:fleet") return [root];
  const entry = place.split(".").reduce<Node | undefined>(below, root);
  const options = entry?.oneOf ?? (entry ? [entry] : []);
  const found = options.filter((one) => tag === undefined || has(one, tag));
  if (found.length === 0) throw new Error(`no schema for ${title}`);
  return found;
}

/** Whether an option of a union is the one that words tell: `type redis`, `provider hetzner or digitalocean`. */
function has({ properties }: Node, tag: string): boolean {
  const [name = "", ...values] = tag.split(/ (?:or )?/);
  const value = properties?.[name]?.["const"];
  return values.some((one) => one === value);
}

/** What stands behind a key, in the one option of a union that has it. */
function below(node: Node | undefined, key: string): Node | undefined {
  const options = [node, ...(node?.oneOf ?? [])];
  if (!key.startsWith("<"))
    return options.find((one) => one?.properties?.[key])?.properties?.[key];
  const entry = node?.additionalProperties;
  return typeof entry === "object" ? entry : undefined;
}

/** A schema as its file has it. */
export function renderSchema(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
