import type { Observation } from "../facts/observation.ts";
import type { ManifestItem } from "./item.ts";

/** What an item must look like, in the short form that `observed` holds. */
export declare function desired(item: ManifestItem, digestKey: string): string;

/** What it looks like, in the same form: equal to `desired` exactly when nothing is to do. */
export declare function seen(
  item: ManifestItem,
  observation: Observation,
  digestKey: string,
): string;
