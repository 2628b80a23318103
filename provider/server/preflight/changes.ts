import { isDeepStrictEqual } from "node:util";
import { isRecord, reveal, type PropertyMap } from "../property.ts";

/** What differs between two preflights, host by host; no network. */
export interface HostChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Whether every host is asked for something else. */
  readonly hasOtherRequirements: boolean;
}

/** Which hosts are new, and which are reached or wanted in another way. */
export function hostChanges(olds: PropertyMap, news: PropertyMap): HostChanges {
  const before = hostsOf(olds);
  const after = hostsOf(news);
  const names = Object.keys(after).sort();
  const hasOtherRequirements = isDifferent(
    olds["requirements"],
    news["requirements"],
  );
  return {
    added: names.filter((name) => !(name in before)),
    changed: names.filter(
      (name) =>
        name in before &&
        (hasOtherRequirements || isDifferent(before[name], after[name])),
    ),
    removed: Object.keys(before)
      .sort()
      .filter((name) => !(name in after)),
    hasOtherRequirements,
  };
}

function hostsOf(inputs: PropertyMap): PropertyMap {
  const hosts = reveal(inputs["hosts"]);
  return isRecord(hosts) ? hosts : {};
}

function isDifferent(before: unknown, after: unknown): boolean {
  return !isDeepStrictEqual(reveal(before), reveal(after));
}
