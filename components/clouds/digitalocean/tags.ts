import type { Labels } from "../maker.ts";

/** One tag for each label, each with those before it: a tag is all that a firewall can look for. */
export function tagsOf(labels: Labels): string[] {
  const words = Object.entries(labels).map(
    ([name, value]) => `${name}:${value}`,
  );
  return words.map((_, index) => words.slice(0, index + 1).join(":"));
}
