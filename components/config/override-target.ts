import { nearestName } from "./issues.ts";
import { pathOf } from "./problem.ts";
import { branchesOf, childrenOf, keysOf, valueAt } from "./schema-path.ts";
import { fleet } from "./fleet.ts";
import type { z } from "zod";
import {
  fleetPrefix,
  namesMeant,
  variableOf,
  variableWord,
} from "./variable-name.ts";
import type { Fault } from "./text.ts";

/** Where a variable leads: its path, and what may stand there. */
export interface Target {
  readonly path: readonly string[];
  readonly schemas: readonly z.ZodType[];
}

/** Follows the words of a variable into the configuration, or says at which word it gets lost. */
export function targetOf(variable: string, input: unknown): Target | Fault {
  let target: Target = { path: [], schemas: [fleet] };
  for (const word of variable.slice(fleetPrefix.length).split("__")) {
    const next = step(target, word, input);
    if ("rule" in next) return next;
    target = next;
  }
  return target;
}

function step(
  { path, schemas }: Target,
  word: string,
  input: unknown,
): Target | Fault {
  const branches = schemas.flatMap((schema) => branchesOf(schema));
  const names = namesAt(branches, valueAt(input, path));
  const meant = namesMeant(word, names);
  const [name] = meant;
  if (meant.length > 1) {
    return {
      rule: `may mean ${meant.map((one) => pathOf([...path, one])).join(" or ")}`,
      hint: "rename one of them in the stack's file",
    };
  }
  if (name === undefined) return lost({ path, schemas }, word, names);
  return {
    path: [...path, name],
    schemas: branches.flatMap((branch) => childrenOf(branch, name)),
  };
}

/** The keys that a schema lists, and the names that the configuration already has. */
function namesAt(branches: readonly z.ZodType[], value: unknown): string[] {
  const isRecord = branches.some((branch) => branch.def.type === "record");
  const existing =
    isRecord && typeof value === "object" && value !== null
      ? Object.keys(value)
      : [];
  return [...new Set([...branches.flatMap(keysOf), ...existing])];
}

function lost({ path }: Target, word: string, names: readonly string[]): Fault {
  const place = pathOf(path) || "flotilla:fleet";
  if (names.length === 0) {
    return {
      rule: `leads into ${place}, which has no keys`,
      hint: `set ${variableOf(path)} to the whole of it`,
    };
  }
  const words = names.map(variableWord);
  const near = nearestName(word.toUpperCase(), words);
  return {
    rule: `overrides nothing: ${place} has no ${word}`,
    hint: near
      ? `did you mean ${variableOf(path)}${path.length > 0 ? "__" : ""}${near}?`
      : `known there: ${words.join(", ")}; something new goes into the stack's file`,
  };
}
