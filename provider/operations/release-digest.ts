import { shortDigest } from "./digest.ts";

/** Digest of a release, over its sorted paths and hashes: the name of its directory. */
export function releaseDigest(
  files: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
): string {
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  const lines = entries.map(([path, hash]) => `${hash}  ${path}\n`).sort();
  return shortDigest(lines.join(""));
}
