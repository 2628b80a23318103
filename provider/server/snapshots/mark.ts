import { createHmac } from "node:crypto";
import type { PropertyMap } from "../property.ts";
import { watchOf } from "./changes.ts";

/**
 * What a snapshot is marked with: the change that it is made before, and all those before it, so that the same change
 * made again is another one. It stands at the provider for all to read, and may come of a secret: it is keyed.
 */
export function markAfter(
  key: string,
  before: string,
  inputs: PropertyMap,
): string {
  const watched = Object.entries(watchOf(inputs)).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return createHmac("sha256", key)
    .update(JSON.stringify(["machine-snapshots", before, watched]))
    .digest("hex")
    .slice(0, 16);
}
