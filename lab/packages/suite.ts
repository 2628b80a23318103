import path from "node:path";
import type { PackageFile } from "./package-file.ts";

/** Whether a file says which lists a suite has, by their hashes. */
export function isSuite(file: PackageFile): boolean {
  return path.posix.basename(file.name) === "InRelease";
}

/** A list of a suite. */
export interface SuiteList {
  /** Its path within the suite. */
  readonly path: string;
  readonly file: PackageFile;
}

/** Parses the lists that a suite has, as files that never change. */
export function parseSuite(suite: PackageFile, text: string): SuiteList[] {
  return Array.from(text.matchAll(entry), ([, sha256 = "", name = ""]) => ({
    path: name,
    file: planList(suite, path.posix.dirname(name), sha256),
  }));
}

/** Lines of the field SHA256; other hashes have other lengths. */
const entry = /^ ([0-9a-f]{64}) +\d+ (\S+)$/gm;

function planList(
  suite: PackageFile,
  folder: string,
  sha256: string,
): PackageFile {
  const relative = path.posix.join(folder, "by-hash/SHA256", sha256);
  return {
    url: new URL(relative, suite.url),
    name: path.posix.join(path.posix.dirname(suite.name), relative),
    isFixed: true,
    sha256,
  };
}
