import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import tar from "tar-stream";

/** The files of a release, as a manifest names them. */
export interface ReleaseFiles {
  /** Directory on the workstation. */
  readonly source: string;
  /** Relative path → SHA-256, in hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Packs a release for the host.
 * Throws when a file is no longer what the plan was made from.
 */
export async function renderReleaseArchive(
  release: ReleaseFiles,
): Promise<Buffer> {
  const pack = tar.pack();
  const packed = buffer(pack);
  for (const name of Object.keys(release.files).sort()) {
    const file = path.join(release.source, name);
    const content = await readFile(file);
    const digest = createHash("sha256").update(content).digest("hex");
    if (digest !== release.files[name]) {
      throw new Error(
        `${file} changed while the update ran: run the update again`,
      );
    }
    pack.entry({ name, mode: 0o644, mtime: new Date(0) }, content);
  }
  pack.finalize();
  return packed;
}
