import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Items } from "../items.ts";

/** What of items a change makes a snapshot: the version of a package, the whole of what holds data. Secret where an item is. */
export function watchedOf(
  manifest: string,
  items: Items,
  holdsData: boolean,
): Record<string, pulumi.Output<string>> {
  const entries = Object.entries(items).flatMap(([key, body]) => {
    const isPackage = key.startsWith("package:");
    if (!isPackage && !holdsData) return [];
    const digest = isPackage ? versionOf : digestOf;
    const known: pulumi.Output<unknown> = pulumi.output(body);
    return [[`${manifest}/${key}`, known.apply(digest)] as const];
  });
  return Object.fromEntries(entries);
}

/** How it starts, and whether it goes with its service, changes nothing on the host now. */
function versionOf(body: unknown): string {
  const { version } = body as { readonly version?: string };
  return version ?? "any";
}

function digestOf(body: unknown): string {
  const text = JSON.stringify(sorted(body));
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
