import { grouped } from "../../manifest/grouped.ts";
import type { Environment } from "./lab.ts";
import { targetOf } from "./override-target.ts";
import { fleetPrefix, secretPrefix, variablesOf } from "./variable-name.ts";
import { parseValue } from "./override-value.ts";
import { pathOf, show, type Problem } from "./problem.ts";

/** One key that the environment sets. */
export interface Override {
  readonly variable: string;
  readonly path: readonly string[];
  /** What it was set to; `null` leaves the key out. */
  readonly value: unknown;
}

/** A configuration with what the environment says about it. */
export interface Overridden {
  readonly input: unknown;
  readonly applied: readonly Override[];
  readonly problems: readonly Problem[];
}

/** Lays `FLOTILLA_FLEET__…` over a configuration: the environment wins, and the more precise variable over the wider. */
export function applyOverrides(
  input: unknown,
  environment: Environment,
): Overridden {
  const problems: Problem[] = strangers(environment);
  const applied: Override[] = [];
  let result = input;
  for (const [variable, text] of fromWideToPrecise(environment)) {
    const target = targetOf(variable, result);
    const said = "rule" in target ? target : parseValue(text, target.schemas);
    if ("rule" in said) problems.push({ path: variable, ...said });
    else if ("path" in target) {
      const override = { variable, path: target.path, value: said.value };
      applied.push(override);
      result = withOverride(result, override);
    }
  }
  problems.push(...contradictions(applied));
  return { input: result, applied, problems };
}

function fromWideToPrecise(environment: Environment): [string, string][] {
  const depth = ([name]: [string, string]) => name.split("__").length;
  return variablesOf(environment, fleetPrefix).toSorted(
    (a, b) => depth(a) - depth(b),
  );
}

function withOverride(input: unknown, { path, value }: Override): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? undefined;
  const object = isObject(input) ? input : {};
  const inner = withOverride(object[key], { variable: "", path: rest, value });
  return inner === undefined
    ? Object.fromEntries(Object.entries(object).filter(([one]) => one !== key))
    : { ...object, [key]: inner };
}

/** Two variables that set one key to different values. */
function contradictions(applied: readonly Override[]): Problem[] {
  const byPath = grouped(applied, ({ path }) => pathOf(path));
  return [...byPath].flatMap(([path, all]) => {
    const [first, second] = all;
    if (!first || !second) return [];
    return [
      {
        path,
        rule: `is set twice, by ${first.variable} and ${second.variable}`,
        hint: "unset one of them",
      },
    ];
  });
}

/** Variables that are written like an override and are none. */
function strangers(environment: Environment): Problem[] {
  return Object.keys(environment)
    .filter((name) => /^FLOTILLA_(.*__|FLEET(_|$)|SECRETS?(_|$))/.test(name))
    .filter((name) => !isOverride(name))
    .map((path) => ({
      path,
      rule: "is written like an override and is none",
      hint: `overrides begin with ${fleetPrefix} or ${secretPrefix}, with two underscores before each key`,
    }));
}

function isOverride(name: string): boolean {
  return [fleetPrefix, secretPrefix].some((prefix) => name.startsWith(prefix));
}

/** One line about an override, for the log of an update. */
export function renderOverride({ variable, path, value }: Override): string {
  const place = pathOf(path);
  return value === null
    ? `${place} is left out: ${variable}`
    : `${place} is ${show(value, place)}: ${variable}`;
}

/** Problems at or below a path that the environment set say so. */
export function withSources(
  problems: readonly Problem[],
  applied: readonly Override[],
): Problem[] {
  return problems.map((problem) => {
    const { path, source } = problem;
    const from = applied.findLast((one) => isAtOrBelow(path, pathOf(one.path)));
    return from && source === undefined
      ? { ...problem, source: from.variable }
      : problem;
  });
}

function isAtOrBelow(path: string, above: string): boolean {
  return (
    path === above ||
    (/^[.[]/.test(path.slice(above.length)) && path.startsWith(above))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
