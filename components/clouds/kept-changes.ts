import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { catalogues } from "./catalogues.ts";
import type { Cloud } from "./cloud.ts";
import type { CloudMaker } from "./maker.ts";
import { resourcesInState } from "./state.ts";

/** What is known of a provider. */
type LookedAt = Pick<Cloud, "provider" | "labels"> & {
  readonly maker: Pick<CloudMaker, "changeable">;
};

/**
 * Warns of what a provider has otherwise than the state says. Pulumi's plugins write a change that failed into the state
 * as if it had been made, and say `updated` at the next update, which changes nothing. Look before the update begins to
 * change them; what a provider does not answer fails nothing.
 */
export async function warnOfKeptChanges(
  { provider, labels, maker }: LookedAt,
  resource?: pulumi.Resource,
  readState = resourcesInState,
): Promise<void> {
  const at = catalogues[provider].provider;
  const looks = maker.changeable.map(
    async ({ type, property, words, find }) => {
      const found = await find(labels, {
        ...(resource && { parent: resource }),
      });
      if (found.length === 0) return;
      const known = await readState(type);
      for (const { id, name, value } of found) {
        const outputs = known.get(id);
        if (!outputs || isSame(outputs[property], value)) continue;
        await pulumi.log.warn(
          `${words} of ${name} at ${at} is not what the state has: a change of it failed, or somebody made one there\n    → run pulumi up --refresh: it looks at what is there, and makes the change`,
          resource,
        );
      }
    },
  );
  for (const look of await Promise.allSettled(looks))
    if (look.status === "rejected")
      await pulumi.log.debug(`${at}: ${String(look.reason)}`);
}

/** Whatever the order of lists is; what is empty may as well be left out. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normalize(one), normalize(other));
}

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(normalize).map((one) => JSON.stringify(one));
    return all.toSorted();
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, one]) => !isEmpty(one))
    .map(([key, one]) => [key, normalize(one)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

function isEmpty(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return isEmptyList || value === "" || value === null || value === undefined;
}
