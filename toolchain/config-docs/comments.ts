import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** A doc comment, as one line of text. */
export interface Comment {
  readonly text: string;
  /** What stands behind `@default`. */
  readonly default?: string | undefined;
}

const folder = path.join(import.meta.dirname, "..", "..", "components");

/** The doc comments of a file's exported names. */
export function exportComments(file: string): Map<string, Comment> {
  const comments = new Map<string, Comment>();
  for (const statement of parse(file).statements) {
    const name = exportedName(statement);
    const comment = commentOf(statement);
    if (name !== undefined && comment) comments.set(name, comment);
  }
  return comments;
}

/** The doc comments of a schema's keys; a schema of the same file that a key refers to adds its own, as `key.inner`. */
export function keyComments(
  file: string,
  schema: string,
): Map<string, Comment> {
  const schemas = objectSchemas(parse(file));
  const comments = new Map<string, Comment>();
  const collect = (name: string, prefix: string): void => {
    for (const property of schemas.get(name)?.properties ?? []) {
      if (!ts.isPropertyAssignment(property)) continue;
      const key = `${prefix}${property.name.getText()}`;
      const comment = commentOf(property);
      if (comment) comments.set(key, comment);
      collect(rootOf(property.initializer), `${key}.`);
    }
  };
  collect(schema, "");
  return comments;
}

function parse(file: string): ts.SourceFile {
  const text = readFileSync(path.join(folder, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function exportedName(statement: ts.Statement): string | undefined {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts
      .getModifiers(statement)
      ?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported) return undefined;
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text;
  return ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]?.name.getText()
    : undefined;
}

/** Every `const name = z.strictObject({ … })`: its name and the object that lists its keys. */
function objectSchemas(
  source: ts.SourceFile,
): Map<string, ts.ObjectLiteralExpression> {
  const found = new Map<string, ts.ObjectLiteralExpression>();
  for (const statement of source.statements.filter(ts.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList
      .declarations) {
      if (!initializer || !ts.isCallExpression(initializer)) continue;
      const [keys] = initializer.arguments;
      if (keys && ts.isObjectLiteralExpression(keys))
        found.set(name.getText(), keys);
    }
  }
  return found;
}

/** The name that a chain of calls begins with: `reference` of `reference.optional().describe("…")`. */
function rootOf(expression: ts.Expression): string {
  if (
    ts.isCallExpression(expression) ||
    ts.isPropertyAccessExpression(expression)
  )
    return rootOf(expression.expression);
  return expression.getText();
}

function commentOf(node: ts.Node): Comment | undefined {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  if (!comment) return undefined;
  const tag = comment.tags?.find(({ tagName }) => tagName.text === "default");
  return {
    text: lineOf(comment.comment),
    default: tag && lineOf(tag.comment),
  };
}

function lineOf(comment: ts.JSDoc["comment"]): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replace(/\s+/g, " ").trim();
}
