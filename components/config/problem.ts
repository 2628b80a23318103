import { RunError } from "@pulumi/pulumi";
import { withoutCredentials } from "./git-url.ts";

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** Where: `hosts.web-1.port`. */
  readonly path: string;
  /** The environment variable that set it. @default - the stack's file */
  readonly source?: string | undefined;
  /** The value as it may be shown, secrets masked. @default - nothing was given */
  readonly value?: string | undefined;
  /** The rule that does not hold, as the end of "…: <value> <rule>". */
  readonly rule: string;
  /** What to do about it. */
  readonly hint: string;
}

/** All that is wrong with a configuration, in one error that Pulumi shows without a stack trace. */
export class ConfigurationError extends RunError {
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    super(renderProblems(subject, problems));
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

/** The text of a `ConfigurationError`. */
export function renderProblems(
  subject: string,
  problems: readonly Problem[],
): string {
  const count =
    problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${renderProblem(problem)}`);
  return [`${subject} has ${count}:`, ...lines].join("\n");
}

/** `path: value rule`, and what to do on a line of its own. */
export function renderProblem(problem: Problem): string {
  const { path, source, value, rule, hint } = problem;
  const place = source === undefined ? path : `${path} (from ${source})`;
  const what = value === undefined ? rule : `${value} ${rule}`;
  return `${place}: ${what}\n    → ${hint}`;
}

const secretName = /pass(word|phrase)?$|secret|token|private-?key$/i;

/** A value as an error may show it: short, on one line, masked where its key or its text says secret. */
export function show(value: unknown, path = ""): string {
  const key = path.split(".").at(-1) ?? "";
  const shown = typeof value === "string" ? withoutCredentials(value) : value;
  const text = shown === undefined ? "nothing" : JSON.stringify(shown);
  if (/PRIVATE KEY|b3BlbnNzaC1rZXk|PuTTY-User-Key-File/.test(text))
    return "[secret]";
  if (secretName.test(key) && !/File$/.test(key)) return "[secret]";
  return text.length > 80 ? `${text.slice(0, 76)}…"` : text;
}

/** Joins keys to the path that errors name: `flows.public-web.from[0]`, `sites["a b"]`. */
export function pathOf(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    const name = String(key);
    if (!/^[A-Za-z0-9_-]+$/.test(name))
      return `${path}[${JSON.stringify(name)}]`;
    return path === "" ? name : `${path}.${name}`;
  }, "");
}
