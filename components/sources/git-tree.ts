import { mkdir } from "node:fs/promises";
import path from "node:path";
import { isPublished, mostBytes, mostFiles } from "../config/site-content.ts";
import type { Fault } from "../config/text.ts";
import { GitFailure } from "./git-error.ts";
import type { GitRepository } from "./git-repository.ts";

/** One entry of a commit's tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
  readonly bytes: number;
  readonly path: string;
}

const submodule = "160000";
/** A pointer's beginning, behind the line with which `cat-file --batch` names it. */
const lfsPointer =
  /^([0-9a-f]{40,64}) blob \d+\nversion https:\/\/git-lfs\.github\.com\/spec\/v1\n/m;

/**
 * Writes the files of a commit's folder that a site would publish, as a checkout on Linux would.
 * Everything that must not be written is refused before anything is.
 */
export async function exportTree(
  repository: GitRepository,
  { commit, folder }: { commit: string; folder: string },
  target: string,
): Promise<void> {
  const tree = await treeOf(repository, commit, folder);
  const listing = await repository.local(["ls-tree", "-rlz", tree]);
  const entries = parseTree(listing).filter((entry) => isPublished(entry.path));
  const fault = treeFault(entries) ?? (await lfsFault(repository, entries));
  if (fault) throw new GitFailure({ key: keyOf(folder), ...fault });
  await mkdir(target, { recursive: true, mode: 0o700 });
  const environment = {
    GIT_WORK_TREE: target,
    GIT_INDEX_FILE: path.join(repository.folder, "export-index"),
  };
  await repository.local(["read-tree", tree], { environment });
  await repository.local(["checkout-index", "--quiet", "-z", "--stdin"], {
    environment,
    input: entries
      .map((entry) => `${path.join(target, entry.path)}\0`)
      .join(""),
  });
}

/** Takes the output of `git ls-tree -rlz` apart. */
export function parseTree(listing: string): TreeEntry[] {
  return listing
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", , id = "", size] = line.slice(0, tab).split(/ +/);
      return { mode, id, bytes: Number(size) || 0, path: line.slice(tab + 1) };
    });
}

/** What keeps a tree from being published. */
export function treeFault(entries: readonly TreeEntry[]): Fault | undefined {
  const hint = "publish a smaller folder: git.path";
  const linked = entries.find(({ mode }) => mode === submodule);
  if (linked) {
    return {
      rule: `holds the submodule ${linked.path}, whose files are in another repository`,
      hint: "publish a folder without submodules, or put the files there",
    };
  }
  const unreadable = entries.find((entry) => entry.path.includes("\ufffd"));
  if (unreadable) {
    return {
      rule: `holds a name that is not UTF-8: ${JSON.stringify(unreadable.path)}`,
      hint: "rename the file",
    };
  }
  if (entries.length > mostFiles)
    return { rule: `holds more than ${mostFiles} files`, hint };
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return bytes > mostBytes
    ? { rule: "holds more than 512 MiB", hint }
    : undefined;
}

/** The key that a fault of the files is about. */
export function keyOf(folder: string): "url" | "path" {
  return folder === "" ? "url" : "path";
}

async function treeOf(
  repository: GitRepository,
  commit: string,
  folder: string,
): Promise<string> {
  const kind = await repository.try(["cat-file", "-t", commit]);
  if (kind.stdout.trim() !== "commit") {
    throw new GitFailure({
      key: "ref",
      rule: "is no commit",
      hint: "name a branch, a tag or a commit",
    });
  }
  if (folder === "") return `${commit}^{tree}`;
  const tree = `${commit}:${folder}`;
  const { stdout } = await repository.try(["cat-file", "-t", tree]);
  if (stdout.trim() === "tree") return tree;
  throw new GitFailure({
    key: "path",
    rule: stdout
      ? "is a file of the repository, not a folder"
      : `is not in the repository at commit ${commit.slice(0, 12)}`,
    hint: "name the folder that holds index.html",
  });
}

/** Files that git-lfs keeps elsewhere are small texts in git, which nobody wants on a site. */
async function lfsFault(
  repository: GitRepository,
  entries: readonly TreeEntry[],
): Promise<Fault | undefined> {
  const small = entries.filter(({ bytes }) => bytes > 100 && bytes < 1024);
  const input = small.map(({ id }) => `${id}\n`).join("");
  const contents = await repository.local(["cat-file", "--batch"], { input });
  const pointer = lfsPointer.exec(contents)?.[1];
  if (pointer === undefined) return undefined;
  const file = small.find(({ id }) => id === pointer)?.path ?? "a file";
  return {
    rule: `keeps ${file} in Git LFS, which is not fetched`,
    hint: "put the file itself into git, or publish a folder without it",
  };
}
