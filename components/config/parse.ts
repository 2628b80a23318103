import type { z } from "zod";
import { fleet, type FleetSettings } from "./fleet.ts";
import { problemsOf } from "./issues.ts";
import { pathOf, type Problem } from "./problem.ts";

/** What could be parsed of a configuration, and what could not. */
export interface ParsedFleet {
  /** Faulty entries are left out, so that the rules still find what is wrong among the others. */
  readonly settings: FleetSettings;
  /** Names of all hosts that are declared, faulty ones included. */
  readonly hostNames: readonly string[];
  readonly problems: readonly Problem[];
  /** Where the problems are, two keys deep: what follows from them is not said again. */
  readonly faulty: readonly string[];
}

/** Parses `flotilla:fleet` and reports every key that is wrong. */
export function parseFleet(input: unknown): ParsedFleet {
  const hostNames = namesIn(input, "hosts");
  const parsed = fleet.safeParse(input);
  if (parsed.success) {
    return { settings: parsed.data, hostNames, problems: [], faulty: [] };
  }
  const { issues } = parsed.error;
  const paths = issues.flatMap(pathsOf);
  const rest = fleet.safeParse(without(input, paths));
  return {
    settings: rest.data ?? fleet.parse({ hosts: {} }),
    hostNames,
    problems: problemsOf(issues, fleet, input),
    faulty: paths.map((path) => pathOf(path.slice(0, 2))),
  };
}

function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => [...issue.path, key])
    : [issue.path];
}

function namesIn(input: unknown, section: string): string[] {
  const found = isObject(input) ? input[section] : undefined;
  return isObject(found) ? Object.keys(found) : [];
}

/** The known sections, without the entries that the paths lead into. */
function without(
  input: unknown,
  paths: readonly (readonly PropertyKey[])[],
): Record<string, unknown> {
  const rest: Record<string, unknown> = { hosts: {} };
  if (!isObject(input)) return rest;
  for (const section of Object.keys(fleet.shape)) {
    const faulty = paths.filter(([first]) => first === section);
    const value = input[section];
    if (faulty.length === 0) rest[section] = value ?? rest[section];
    else if (isObject(value) && faulty.every(({ length }) => length > 1)) {
      const names = faulty.map(([, name]) => name);
      rest[section] = Object.fromEntries(
        Object.entries(value).filter(([name]) => !names.includes(name)),
      );
    }
  }
  return rest;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
