import type { z } from "zod";
import type { Problem } from "./check-failures.ts";
import { isRecord, UNKNOWN } from "./property.ts";

/** What a schema finds wrong with a value; leaves that are not known yet are not wrong. */
export function problemsOf(
  error: z.ZodError | undefined,
  value: unknown,
  prefix: string,
): Problem[] {
  return (error?.issues ?? [])
    .filter((issue) => !isUnknownAt(value, issue.path))
    .map((issue) => ({
      property: [prefix, ...issue.path.map(String)].filter(Boolean).join("."),
      reason: issue.message,
    }));
}

function isUnknownAt(value: unknown, path: readonly PropertyKey[]): boolean {
  let leaf = value;
  for (const key of path) {
    if (leaf === UNKNOWN) return true;
    leaf = (leaf as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  return leaf === UNKNOWN;
}

/** Placeholders that parse, for leaves that are not known during a preview. */
export function withoutUnknowns(value: unknown): unknown {
  if (value === UNKNOWN) return "unknown";
  if (Array.isArray(value)) return value.map(withoutUnknowns);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, leaf]) => [key, withoutUnknowns(leaf)]),
  );
}
