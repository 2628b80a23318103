/** Digest of a release: SHA-256 over its sorted paths and hashes. */
export declare function releaseDigest(
  files: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
): string;
