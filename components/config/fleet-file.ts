import { parse } from "yaml";
import { show } from "./problem.ts";
import { readText, type Reading } from "./read-text.ts";

/**
 * A text in the place of a fleet: the file that has it. Pulumi hands a stack's configuration to a program in one
 * environment variable, and Linux takes no more than 128 KiB in one: too little for a fleet of a thousand hosts.
 */
export const fleetFileName = /^[^{}\n]*\.(ya?ml|json)$/;

/** The configuration of a fleet as it stands, or out of the file that stands in its place. */
export function readFleet(given: unknown, directory: string): Reading<unknown> {
  if (typeof given !== "string" || !fleetFileName.test(given))
    return { found: given, problems: [] };
  const file = readText(directory, "flotilla:fleet", given);
  return file.found === undefined ? file : parseFleetFile(given, file.found);
}

function parseFleetFile(name: string, text: string): Reading<unknown> {
  try {
    const found = parse(text) as unknown;
    const isObject = typeof found === "object" && !Array.isArray(found);
    if (found && isObject) return { found, problems: [] };
    return fault(name, "must hold an object with keys");
  } catch (error) {
    const [line = ""] = (error as Error).message.split("\n");
    return fault(name, `is no YAML: ${line.replace(/:$/, "")}`);
  }
}

function fault(name: string, rule: string): Reading<undefined> {
  const path = "flotilla:fleet";
  const hint = "correct what is in the file";
  return {
    found: undefined,
    problems: [{ path, value: show(name), rule, hint }],
  };
}
