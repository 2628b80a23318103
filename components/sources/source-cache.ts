import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { SiteContent } from "../config/fleet.ts";
import { readSiteContent } from "../config/site-content.ts";
import { cacheDirectory } from "./cache-directory.ts";

/** What a cached tree is known by: its content follows from it, wherever it was fetched from. */
export interface SourceName {
  readonly commit: string;
  /** Folder of the repository; empty for all of it. */
  readonly folder: string;
}

const unusedDays = 30;

/** A new folder for work in progress, in the cache, so that what is finished can be moved into place. */
export async function makeStaging(): Promise<string> {
  const sources = sourcesFolder();
  await mkdir(sources, { recursive: true, mode: 0o700 });
  return mkdtemp(path.join(sources, stagingPrefix));
}

/** The files of a commit that were fetched before and are whole. */
export async function findSource(
  name: SourceName,
): Promise<SiteContent | undefined> {
  const folder = folderOf(name);
  const record = await readFile(recordOf(folder), "utf8").catch(() => "{}");
  try {
    const content = readSiteContent(folder);
    if (!isDeepStrictEqual(content.files, JSON.parse(record))) return undefined;
    await touch(folder);
    return { ...content, commit: name.commit };
  } catch {
    return undefined;
  }
}

/** Moves finished files into the cache. Throws a `SiteContentError` when they are no site. */
export async function keepSource(
  name: SourceName,
  tree: string,
): Promise<SiteContent> {
  const { files, mark } = readSiteContent(tree);
  const folder = folderOf(name);
  // Another update may have been faster: what it hands to its provider stays where it is.
  const found = await findSource(name);
  if (found) return found;
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 });
  await rm(folder, { recursive: true, force: true });
  await rename(tree, folder);
  const record = recordOf(folder);
  await writeFile(`${record}.new`, JSON.stringify(files), { mode: 0o600 });
  await rename(`${record}.new`, record);
  await removeUnused();
  return { source: folder, files, mark, commit: name.commit };
}

const stagingPrefix = ".fetching-";

function sourcesFolder(): string {
  return path.join(cacheDirectory(), "sources");
}

function folderOf({ commit, folder }: SourceName): string {
  const name = folder === "" ? "all" : `in-${encodeURIComponent(folder)}`;
  return path.join(sourcesFolder(), commit, name);
}

/** The list of files and their hashes, beside the folder. */
function recordOf(folder: string): string {
  return `${folder}.json`;
}

/** A commit's age in the cache counts from its last use. */
async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(path.dirname(folder), now, now);
}

async function removeUnused(): Promise<void> {
  const sources = sourcesFolder();
  const oldest = Date.now() - unusedDays * 24 * 60 * 60 * 1000;
  for (const name of await readdir(sources)) {
    const folder = path.join(sources, name);
    const age = await stat(folder).catch(() => undefined);
    if (age && age.mtimeMs < oldest)
      await rm(folder, { recursive: true, force: true });
  }
}
