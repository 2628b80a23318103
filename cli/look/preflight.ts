import { checkNames } from "../../manifest/preflight.ts";
import { hasErrors } from "../../provider/preflight/index.ts";
import type { LookOptions } from "./arguments.ts";
import { isComplete, sayAside } from "./facts.ts";
import { preflightJson } from "./json.ts";
import { lookAt } from "./look.ts";
import { preflightText } from "./preflight-text.ts";
import { findTargets } from "./targets.ts";

/** Prints whether hosts are ready; the exit code is 1 when some host is not. */
export async function preflight(
  words: readonly string[],
  options: LookOptions,
): Promise<number> {
  const targets = await findTargets(words, options, sayAside);
  const { timeout } = options;
  const looked = await lookAt(targets, { timeout, checks: checkNames });
  const { leftOut } = targets;
  process.stdout.write(
    options.json ? preflightJson({ looked, leftOut }) : preflightText(looked),
  );
  const isReady = !Object.values(looked).some(({ found }) => hasErrors(found));
  return isReady && isComplete(leftOut) ? 0 : 1;
}
