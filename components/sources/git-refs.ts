import { nearestName } from "../config/issues.ts";
import type { GitFault } from "./git-fault.ts";

/** Refs of a repository by their full names; a tag with a message stands for its commit. */
export type Refs = ReadonlyMap<string, string>;

/** A commit by its whole hash, SHA-1 or SHA-256. */
export function isCommit(ref: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);
}

/** Takes the output of `git ls-remote` apart. */
export function parseRefs(output: string): Refs {
  const refs = new Map<string, string>();
  const peeled = new Map<string, string>();
  for (const line of output.split("\n")) {
    const [hash = "", name = ""] = line.split("\t");
    if (!isCommit(hash) || name === "") continue;
    if (name.endsWith("^{}")) peeled.set(name.slice(0, -3), hash);
    else refs.set(name, hash);
  }
  return new Map([...refs, ...peeled]);
}

/** The full names that a ref may have. */
export function namesOf(ref: string | undefined): string[] {
  if (ref === undefined || ref === "HEAD") return ["HEAD"];
  if (ref.startsWith("refs/")) return [ref];
  return [`refs/heads/${ref}`, `refs/tags/${ref}`];
}

/** The commit that a ref stands for; undefined when no such ref is there. */
export function chooseCommit(
  refs: Refs,
  ref: string | undefined,
): string | GitFault | undefined {
  const found = namesOf(ref).filter((name) => refs.has(name));
  const commits = new Set(found.map((name) => refs.get(name)));
  if (commits.size <= 1) return [...commits][0];
  return {
    key: "ref",
    rule: "is a branch and a tag, of two commits",
    hint: `write ${found.map((name) => JSON.stringify(name)).join(" or ")}`,
  };
}

/** Why a ref was not found, from all branches and tags. */
export function missingRefFault(ref: string | undefined, refs: Refs): GitFault {
  if (refs.size === 0) {
    return {
      key: "url",
      rule: "has no branch: it is empty, or no git repository",
      hint: "push a commit, or correct the path",
    };
  }
  const names = [...refs.keys()].map((name) =>
    name.replace(/^refs\/(heads|tags)\//, ""),
  );
  if (ref === undefined) {
    return {
      key: "ref",
      rule: "is missing, and the repository has no default branch",
      hint: `name one of ${some(names)}`,
    };
  }
  const nearest = nearestName(ref, names);
  return {
    key: "ref",
    rule: "is no branch and no tag of the repository",
    hint: hintFor(ref, nearest, names),
  };
}

function hintFor(
  ref: string,
  nearest: string | undefined,
  names: readonly string[],
): string {
  if (nearest !== undefined) return `did you mean ${JSON.stringify(nearest)}?`;
  return /^[0-9a-f]{4,}$/.test(ref)
    ? "a commit is named by all of its 40 characters"
    : `name one of ${some(names)}, or a whole commit`;
}

function some(names: readonly string[]): string {
  const first = names.slice(0, 5).map((name) => JSON.stringify(name));
  return [...first, ...(names.length > 5 ? ["…"] : [])].join(", ");
}
