import { randomBytes } from "node:crypto";
import type { HostFacts } from "../../manifest/manifest.ts";
import { desired, parseItems, type Items } from "../operations/index.ts";
import { revisionOf, type KnownItems, type ParsedInputs } from "./inputs.ts";
import {
  isRecord,
  reveal,
  Secret,
  UNKNOWN,
  type PropertyMap,
} from "./property.ts";
import type { Way } from "../ssh/dial-ways.ts";
import type { Converged } from "./task.ts";

/** The outputs of a manifest, as they lie in the state. */
export interface State {
  readonly observed: Readonly<Record<string, string>>;
  readonly facts: HostFacts | undefined;
  /** Keys the digests of secret contents; secret itself, random per resource. */
  readonly digestKey: string;
  /** Ways that were open when a job broke off, until one is committed: the host may still be entered by these alone. @default - none */
  readonly ways?: readonly Way[];
}

/** Reads the outputs of a resource that exists. */
export function parseState(properties: PropertyMap): State {
  const { observed, facts, __digestKey, __ways } = reveal(
    properties,
  ) as PropertyMap;
  return {
    observed: isRecord(observed) ? (observed as Record<string, string>) : {},
    facts: isRecord(facts) ? (facts as unknown as HostFacts) : undefined,
    digestKey: typeof __digestKey === "string" ? __digestKey : newDigestKey(),
    ways: Array.isArray(__ways) ? __ways : [],
  };
}

/** 256 random bits, in hexadecimal. */
export function newDigestKey(): string {
  return randomBytes(32).toString("hex");
}

/** The outputs after an apply. */
export function stateProperties(
  inputs: ParsedInputs,
  converged: Converged,
  digestKey: string,
): PropertyMap {
  return {
    observed: converged.observed,
    revision: revisionOf(
      inputs,
      desiredOf(itemsWithSecrets(inputs), digestKey),
    ),
    facts: converged.facts,
    __digestKey: new Secret(digestKey),
  };
}

/** The outputs that a preview can promise; what only the host can tell is unknown. */
export function previewProperties(
  inputs: ParsedInputs,
  state: State | undefined,
): PropertyMap {
  const isKnown = state !== undefined && inputs.unknownItems.size === 0;
  return {
    observed: UNKNOWN,
    revision: isKnown
      ? revisionOf(inputs, desiredOf(itemsWithSecrets(inputs), state.digestKey))
      : UNKNOWN,
    facts: state?.facts ?? UNKNOWN,
  };
}

/** The items, each knowing whether it holds a secret. */
export function itemsWithSecrets(inputs: KnownItems): Items {
  return parseItems(inputs.items, inputs.secretItems);
}

/** Key → what is wanted. */
export function desiredOf(
  items: Items,
  digestKey: string,
): Record<string, string> {
  return Object.fromEntries(
    [...items].map(([key, item]) => [key, desired(item, digestKey)]),
  );
}
