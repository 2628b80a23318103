import { nearestName } from "./issues.ts";
import type { Environment } from "./lab.ts";
import {
  namesMeant,
  secretPrefix,
  variablesOf,
  variableWord,
} from "./variable-name.ts";
import type { Problem } from "./problem.ts";

/** The secrets that the environment sets: name → variable and value, of the names that the configuration has. */
export function secretOverrides(
  names: readonly string[],
  environment: Environment,
): { found: Map<string, SecretOverride>; problems: Problem[] } {
  const found = new Map<string, SecretOverride>();
  const problems: Problem[] = [];
  for (const [variable, value] of variablesOf(environment, secretPrefix)) {
    const meant = namesMeant(variable.slice(secretPrefix.length), names);
    const [name] = meant;
    if (name !== undefined && meant.length === 1 && value !== "")
      found.set(name, { variable, value });
    else problems.push({ path: variable, ...faultOf(variable, meant, names) });
  }
  return { found, problems };
}

/** A secret that the environment sets. */
export interface SecretOverride {
  readonly variable: string;
  readonly value: string;
}

function faultOf(
  variable: string,
  meant: readonly string[],
  names: readonly string[],
): Pick<Problem, "rule" | "hint"> {
  if (meant.length === 1)
    return { rule: "is empty", hint: "set it to the secret, or unset it" };
  if (meant.length > 1)
    return {
      rule: `may mean the secret ${meant.join(" or ")}`,
      hint: "rename one of them",
    };
  const words = names.map(variableWord);
  const word = variable.slice(secretPrefix.length);
  const near = nearestName(word.toUpperCase(), words);
  return {
    rule: "overrides nothing: the configuration names no such secret",
    hint: near
      ? `did you mean ${secretPrefix}${near}?`
      : `unset it; named are: ${names.join(", ") || "none"}`,
  };
}

/** One line about a secret that the environment sets, without it. */
export function renderSecretOverride([name, { variable }]: readonly [
  string,
  SecretOverride,
]): string {
  return `flotilla:${name} is [secret]: ${variable}`;
}
