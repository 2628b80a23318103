import type { Observation, PathFact } from "../facts/observation.ts";
import { MISSING } from "./missing.ts";

/** What lies at a path, in short; the content of a file goes through `digest`. */
export function pathState(
  fact: PathFact,
  digest: (sha256: string) => string,
): string {
  switch (fact.type) {
    case "missing":
      return MISSING;
    case "link":
      return `→ ${fact.content}`;
    case "file":
      return `${attributes(fact)} ${digest(fact.content)}`;
    case "directory":
      return `directory ${attributes(fact)}`;
    case "other":
      return "neither file nor directory nor link";
  }
}

/** `0644 root:root`. */
export function attributes(of: {
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}): string {
  return `${of.mode} ${of.owner}:${of.group}`;
}

/** Whether something lies at a path, or may lie there because nobody looked. */
export function mayExist(path: string, observation: Observation): boolean {
  return observation.paths.get(path)?.type !== "missing";
}
