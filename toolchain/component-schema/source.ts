import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { ExportedComponent } from "./components.ts";
import { specOf, type PropertySpec } from "./types.ts";

/** The properties of a component's inputs or outputs. */
export interface Properties {
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
}

const root = path.join(import.meta.dirname, "..", "..", "components");

/** The inputs: what the interface of the arguments says, comments included. */
export function inputsOf(component: ExportedComponent): Properties {
  const { name, without = [], required = [] } = component;
  const members = find(component, ts.isInterfaceDeclaration, `${name}Args`)
    .members.filter(ts.isPropertySignature)
    .filter((member) => !without.includes(member.name.getText()));
  return {
    properties: Object.fromEntries(
      members.map((member) => property(member, required)),
    ),
    required: members
      .filter((member) => !member.questionToken || isAmong(required, member))
      .map((member) => member.name.getText()),
  };
}

/** The outputs: public fields of the class that are outputs or components. */
export function outputsOf(component: ExportedComponent): Properties {
  const members = find(component, ts.isClassDeclaration, component.name)
    .members.filter(ts.isPropertyDeclaration)
    .filter(isOutput);
  return {
    properties: Object.fromEntries(members.map((member) => property(member))),
    required: members.map((member) => member.name.getText()),
  };
}

/** What the comment above the class says; its example is for TypeScript alone. */
export function summaryOf(component: ExportedComponent): string {
  return commentOf(find(component, ts.isClassDeclaration, component.name)).text;
}

function property(
  member: ts.PropertySignature | ts.PropertyDeclaration,
  required: readonly string[] = [],
): [string, PropertySpec] {
  const name = member.name.getText();
  const { text, default: value } = commentOf(member);
  if (text === "") throw new Error(`${name} has no comment`);
  const hasDefault = value !== undefined && !isAmong(required, member);
  const described = hasDefault ? `${text} Default: ${value}.` : text;
  return [name, { ...specOf(name, member.type), description: described }];
}

function isAmong(
  names: readonly string[],
  { name }: ts.PropertySignature | ts.PropertyDeclaration,
): boolean {
  return names.includes(name.getText());
}

function isOutput(member: ts.PropertyDeclaration): boolean {
  const isPrivate = member.modifiers?.some(
    ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword,
  );
  const type = member.type?.getText() ?? "";
  return !isPrivate && /^(pulumi\.Output<.*>|Host|Nginx)$/s.test(type);
}

function find<Node extends ts.Statement & { readonly name?: ts.Identifier }>(
  { file }: ExportedComponent,
  isWanted: (node: ts.Node) => node is Node,
  name: string,
): Node {
  const text = readFileSync(path.join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = source.statements
    .filter(isWanted)
    .find((node) => node.name?.text === name);
  if (!found) throw new Error(`${file} has no ${name}`);
  return found;
}

function commentOf(node: ts.Node): { text: string; default?: string } {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const tag = comment?.tags?.find(({ tagName }) => tagName.text === "default");
  const text = lineOf(comment?.comment);
  if (!tag) return { text };
  return { text, default: lineOf(tag.comment).replace(/^- /, "") };
}

function lineOf(comment: ts.JSDoc["comment"]): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replace(/\s+/g, " ").trim();
}
