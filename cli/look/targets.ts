import type { PreflightHost, Requirements } from "../../manifest/preflight.ts";
import { FlotillaError } from "../flotilla-error.ts";
import { adHocTargets, isAdHoc } from "./ad-hoc-targets.ts";
import type { LookOptions } from "./arguments.ts";
import type { LeftOut } from "./known-hosts-of-stack.ts";
import type { Looked } from "./look.ts";
import { fleetTargets } from "./fleet-targets.ts";

/** Hosts to look at, and the key that lets in. */
export interface Targets {
  readonly hosts: Readonly<Record<string, PreflightHost>>;
  readonly requirements: Requirements;
  readonly privateKey: string;
  /** Fingerprints of keys that nobody pinned, and that are accepted for this look, by host. */
  readonly unpinnedKeys: Readonly<Record<string, string>>;
  /** Hosts that were asked for their key, and showed none. */
  readonly silent: Readonly<Record<string, Looked>>;
  /** Hosts that are not looked at. */
  readonly leftOut: Readonly<Record<string, LeftOut>>;
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
