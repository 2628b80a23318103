import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { pathOf, show, type Problem } from "./problem.ts";
import {
  branchesOf,
  keysAt,
  schemasAt,
  tagsAt,
  valueAt,
} from "./schema-path.ts";
import { isSecretReference, setSecret } from "./secret.ts";

type Issue = z.core.$ZodIssue;

/** Turns what zod found into problems that say what to do. */
export function problemsOf(
  issues: readonly Issue[],
  schema: z.ZodType,
  input: unknown,
): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, schema, input));
}

function problemsOfIssue(
  issue: Issue,
  schema: z.ZodType,
  input: unknown,
): Problem[] {
  const path = pathOf(issue.path);
  const value = valueAt(input, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path, input);
    return issue.keys.map((key) => unknownKey(issue.path, key, known));
  }
  if (issue.code === "invalid_key") {
    const [nested] = issue.issues;
    const key = show(issue.path.at(-1));
    return [{ path, value: key, ...ruleOf(nested ?? issue) }];
  }
  if (issue.code === "invalid_union") {
    if (issue.discriminator !== undefined) {
      return [wrongTag(path, value, tagsAt(schema, issue.path, input))];
    }
    const nested = nestedIssues(issue).map((one) => ({
      ...one,
      path: [...issue.path, ...one.path],
    }));
    if (nested.length > 0) return problemsOf(nested, schema, input);
  }
  if (value === undefined) return [missing(path, issue)];
  if (isForSecret(issue, schema, input))
    return [secretInClear(path, value, issue)];
  const { rule, hint } = ruleOf(issue);
  const better = hintFor(value, rule) ?? hint;
  return [{ path, value: show(value, path), rule, hint: better }];
}

/** Something else than a reference where a secret is named: most likely the secret itself. */
function isForSecret(
  { code, path }: Issue,
  schema: z.ZodType,
  input: unknown,
): boolean {
  return (
    code === "invalid_type" &&
    schemasAt(schema, path, input)
      .flatMap((one) => branchesOf(one))
      .some(isSecretReference)
  );
}

function secretInClear(
  path: string,
  value: unknown,
  { path: keys }: Issue,
): Problem {
  const name = keys.slice(-2).map(String).join("-");
  const hint = `${setSecret(name)}, and write { secret: ${name} }`;
  if (typeof value !== "string" && typeof value !== "number")
    return { path, value: "[secret]", rule: "must name a secret", hint };
  return {
    path,
    value: "[secret]",
    rule: "must not stand there in clear: a secret is named",
    hint: `${hint}; take another value if this one was committed`,
  };
}

/** What to do where the value shows what was meant. */
function hintFor(value: unknown, rule: string): string | undefined {
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value) && / (integer|number)\b/.test(rule)) {
    return "write it without quotes";
  }
  return rule === "must be a list"
    ? `write [${value.slice(0, 60)}]`
    : undefined;
}

/** Of a union's branches, the one whose type fits and whose content does not. */
function nestedIssues(issue: z.core.$ZodIssueInvalidUnion): Issue[] {
  const branches = issue.errors.filter(
    (branch) => !branch.some(({ code, path }) => isWrongType(code, path)),
  );
  return branches[0] ?? [];
}

function isWrongType(code: string, path: readonly PropertyKey[]): boolean {
  return code === "invalid_type" && path.length === 0;
}

function wrongTag(path: string, value: unknown, tags: string[]): Problem {
  const hint = `use one of ${tags.join(", ")}`;
  if (value === undefined) return { path, rule: "is missing", hint };
  return { path, value: show(value), rule: "is unknown", hint };
}

function missing(path: string, issue: Issue): Problem {
  const options = optionsOf(issue);
  return {
    path: path || "flotilla:fleet",
    rule: "is missing",
    hint: options ? `add it: one of ${options}` : "add it",
  };
}

function unknownKey(
  path: readonly PropertyKey[],
  key: string,
  known: readonly string[],
): Problem {
  const nearest = nearestName(key, known);
  return {
    path: pathOf([...path, key]),
    rule: "is an unknown key",
    hint: nearest
      ? `did you mean "${nearest}"?`
      : `remove it; known here: ${known.join(", ")}`,
  };
}

/** The name that was probably meant, when one is near. */
export function nearestName(
  given: string,
  names: readonly string[],
): string | undefined {
  const ranked = names
    .map((name) => ({
      name,
      off: distance(name.toLowerCase(), given.toLowerCase()),
    }))
    .sort(
      (a, b) => a.off - b.off || alike(given, b.name) - alike(given, a.name),
    );
  const best = ranked[0];
  return best && best.off <= Math.max(2, given.length / 3)
    ? best.name
    : undefined;
}

/** Letters that two names share at their beginning. */
function alike(one: string, other: string): number {
  const end = [...one].findIndex((letter, index) => letter !== other[index]);
  return end < 0 ? one.length : end;
}

function ruleOf(issue: Issue): Pick<Problem, "rule" | "hint"> {
  if (issue.code === "custom") {
    const hint: unknown = issue.params?.["hint"];
    return {
      rule: issue.message,
      hint: typeof hint === "string" ? hint : "change it",
    };
  }
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid")) {
    const expected = typeNames[issue.expected] ?? issue.expected;
    return { rule: `must be ${expected}`, hint: `write ${expected} there` };
  }
  if (issue.code === "too_small" && issue.origin === "array") {
    return {
      rule: "must not be empty",
      hint: "list at least one, or remove the key",
    };
  }
  const options = optionsOf(issue);
  if (options) return { rule: "is unknown", hint: `use one of ${options}` };
  const hint = /from \d/.test(issue.message)
    ? "use a number in that range"
    : "change it to that";
  return { rule: issue.message, hint };
}

function optionsOf(issue: Issue): string | undefined {
  return issue.code === "invalid_value"
    ? issue.values.map(String).join(", ")
    : undefined;
}

const typeNames: Partial<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object with keys",
  record: "an object with keys",
};
