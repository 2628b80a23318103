import {
  acceptedHostKey,
  type AcceptedHostKeyInputs,
  type AcceptedHostKeyOutputs,
} from "../../../manifest/accepted-host-key.ts";
import { fingerprint, parseHostKey } from "../../ssh/host-key.ts";
import { reveal, UNKNOWN, type PropertyMap } from "../property.ts";
import { withoutUnknowns } from "../schema-problems.ts";

/** Reads inputs that were checked before; what is not known yet is left out. */
export function parseInputs(properties: PropertyMap): AcceptedHostKeyInputs {
  const known = Object.entries(properties).filter(
    ([, value]) => reveal(value) !== UNKNOWN,
  );
  return acceptedHostKey.parse({
    ...{ hostId: "unknown", address: "unknown" },
    ...(withoutUnknowns(reveal(Object.fromEntries(known))) as PropertyMap),
  });
}

/** Reads the outputs of a key that was recorded. */
export function parseRecorded(properties: PropertyMap): AcceptedHostKeyOutputs {
  const { hostKeys, fingerprint, acceptedAt } = reveal(
    properties,
  ) as AcceptedHostKeyOutputs;
  return { hostKeys, fingerprint, acceptedAt };
}

/** What is recorded of keys that were pinned beforehand. */
export function pinned(hostKeys: readonly string[]): AcceptedHostKeyOutputs {
  return { hostKeys, fingerprint: namesOf(hostKeys), acceptedAt: "" };
}

/** Fingerprints, one after the other. */
export function namesOf(keys: readonly string[]): string {
  return keys.map((key) => fingerprint(parseHostKey(key).blob)).join(", ");
}

/** Whether two lists have a key in common; comments do not count. */
export function shareKey(
  some: readonly string[],
  others: readonly string[],
): boolean {
  const names = new Set(others.map((key) => namesOf([key])));
  return some.some((key) => names.has(namesOf([key])));
}

/**
 * What counts from now on: the recorded key, or the pinned ones where the recorded one is among them. Fails when it is
 * not.
 */
export function recordedOrPinned(
  recorded: AcceptedHostKeyOutputs,
  { name, pinned: keys }: AcceptedHostKeyInputs,
): AcceptedHostKeyOutputs {
  if (keys.length === 0) return recorded;
  if (shareKey(keys, recorded.hostKeys)) return { ...recorded, hostKeys: keys };
  throw new Error(
    `${name}: the pinned host key (${namesOf(keys)}) is not the one that is recorded of it (${recorded.fingerprint}): nothing was sent. If the pinned one is right, take acceptNewHostKey out, so that it alone counts; if the recorded one is, correct hostKey, or the known_hosts file`,
  );
}

/** As in the state. */
export function properties(outputs: AcceptedHostKeyOutputs): PropertyMap {
  const { hostKeys, fingerprint, acceptedAt } = outputs;
  return { hostKeys: [...hostKeys], fingerprint, acceptedAt };
}

/** As in a preview of a first contact. */
export const unknownProperties: PropertyMap = {
  hostKeys: UNKNOWN,
  fingerprint: UNKNOWN,
  acceptedAt: UNKNOWN,
};
