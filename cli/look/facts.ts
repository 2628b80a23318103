import type { LookOptions } from "./arguments.ts";
import { factsText } from "./facts-text.ts";
import { factsJson } from "./json.ts";
import { lookAt } from "./look.ts";
import { findTargets, type Targets } from "./targets.ts";

/** Prints the facts of hosts; the exit code is 1 when some host did not answer. */
export async function facts(
  words: readonly string[],
  options: LookOptions,
): Promise<number> {
  const targets = await findTargets(words, options, sayAside);
  const { timeout } = options;
  const looked = await lookAt(targets, { timeout, checks: ["declared"] });
  const { leftOut } = targets;
  process.stdout.write(
    options.json ? factsJson({ looked, leftOut }) : factsText(looked),
  );
  const isAnswered = Object.values(looked).every(({ found }) => found.facts);
  return isAnswered && isComplete(leftOut) ? 0 : 1;
}

/** Whether nobody is left out but machines that are still to be made. */
export function isComplete(leftOut: Targets["leftOut"]): boolean {
  return Object.values(leftOut).every(({ reason }) => reason === "notMade");
}

/** Beside the result, which may be read by a program. */
export function sayAside(line: string): void {
  process.stderr.write(`${line}\n`);
}
