import type { Observation } from "../facts/observation.ts";
import type { ManifestItem } from "./item.ts";
import { operationOf } from "./kinds.ts";

/** What `observed` says of an item that the host could not look at. */
export const UNREAD = "unread";

/** What an item must look like, in the short form that `observed` holds. */
export function desired(item: ManifestItem, digestKey: string): string {
  return operationOf(item).desired(item, digestKey);
}

/** What it looks like, in the same form: equal to `desired` exactly when nothing is to do. */
export function seen(
  item: ManifestItem,
  observation: Observation,
  digestKey: string,
): string {
  return operationOf(item).seen(item, observation, digestKey) ?? UNREAD;
}
