import type { Environment } from "./lab.ts";

/** What variables begin with that override a key of `flotilla:fleet`. */
export const fleetPrefix = "FLOTILLA_FLEET__";
/** What variables begin with that override a secret. */
export const secretPrefix = "FLOTILLA_SECRET__";

/** The variables of a kind, in the order of their names. */
export function variablesOf(
  environment: Environment,
  prefix: string,
): [string, string][] {
  return Object.entries(environment)
    .flatMap(([name, value]): [string, string][] =>
      value !== undefined && name.startsWith(prefix) ? [[name, value]] : [],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The usual spelling of a key in a variable: `web-1` is `WEB_1`, `keepReleases` is `KEEP_RELEASES`. */
export function variableWord(key: string): string {
  return key
    .replace(/([a-z0-9])(?=[A-Z])/g, "$1_")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

/** The variable that overrides what stands at a path. */
export function variableOf(path: readonly string[]): string {
  return `${fleetPrefix}${path.map(variableWord).join("__")}`;
}

/** The names that a word of a variable means: in its usual spelling, else whatever its case, `-` and `_`. */
export function namesMeant(word: string, names: readonly string[]): string[] {
  const usual = names.filter((name) => variableWord(name) === word);
  if (usual.length > 0) return usual;
  return names.filter((name) => plain(name) === plain(word));
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}
