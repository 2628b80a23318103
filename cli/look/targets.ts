import type { PreflightHost, Requirements } from "../../manifest/preflight.ts";
import { FlotillaError } from "../flotilla-error.ts";
import { adHocTargets, isAdHoc } from "./ad-hoc-targets.ts";
import type { LookOptions } from "./arguments.ts";
import { fleetTargets } from "./fleet-targets.ts";

/** Hosts to look at, and the key that lets in. */
export interface Targets {
  readonly hosts: Readonly<Record<string, PreflightHost>>;
  readonly requirements: Requirements;
  readonly privateKey: string;
}

/** What the words of a command line mean: hosts of a fleet, or hosts of nobody's. */
export async function findTargets(
  words: readonly string[],
  options: LookOptions,
  say: (line: string) => void,
): Promise<Targets> {
  const adHoc = words.filter(isAdHoc);
  if (adHoc.length === 0) return fleetTargets(words, options, say);
  if (adHoc.length === words.length) return adHocTargets(adHoc, options, say);
  throw new FlotillaError(
    "name either hosts of the fleet or USER@ADDRESS, not both",
  );
}
