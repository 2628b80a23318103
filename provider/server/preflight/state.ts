import type { HostFacts } from "../../../manifest/manifest.ts";
import type { DeclaredSizes } from "../../../manifest/preflight.ts";
import type { Examination } from "../../runtime/examine.ts";
import { isRecord, reveal, type PropertyMap } from "../property.ts";

/** What a preflight keeps of a host: what it found beside what was declared. */
export interface KnownHost {
  readonly detected: HostFacts;
  readonly declared: DeclaredSizes;
  /** Where the two differ, in words. */
  readonly differences: readonly string[];
}

/** Host → what is known of it, as it lies in the state. */
export type KnownHosts = Readonly<Record<string, KnownHost>>;

/** Reads the outputs of a preflight. */
export function parseKnown(properties: PropertyMap): KnownHosts {
  const results = reveal(properties["results"]);
  return isRecord(results) ? (results as Record<string, KnownHost>) : {};
}

/** What an examination adds to the state; `undefined` when the host did not answer. */
export function knownOf(
  { facts, findings }: Examination,
  declared: DeclaredSizes,
): KnownHost | undefined {
  if (!facts) return undefined;
  const differences = findings
    .filter(({ check }) => check === "declared")
    .map(({ text }) => text);
  return { detected: facts, declared, differences };
}
