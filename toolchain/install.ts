import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { withLock } from "./lock.ts";
import type { Report } from "./report.ts";

export interface InstallArgs {
  /** The directory to make. It appears complete or not at all. */
  readonly directory: string;
  /** What it holds, for messages. */
  readonly name: string;
  readonly report: Report;
  /** Whether what is there already will do. */
  readonly isComplete: () => Promise<boolean>;
  /** Fills an empty directory that becomes `directory` by a rename. */
  readonly make: (staging: string) => Promise<void>;
}

/** Makes a directory, once: two processes that want it at the same time make it once, a crash leaves nothing in place. */
export async function installOnce(args: InstallArgs): Promise<void> {
  if (await args.isComplete()) return;
  await withLock(
    { path: args.directory, name: args.name, report: args.report },
    async () => {
      if (await args.isComplete()) return;
      await removeAbandoned(args.directory);
      const staging = await mkdtemp(`${args.directory}.making-`);
      try {
        await args.make(staging);
        await replaceDirectory(staging, args.directory);
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
    },
  );
}

async function replaceDirectory(from: string, to: string): Promise<void> {
  const old = `${from}.old`;
  await rename(to, old).catch(ignoreMissing);
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}

async function removeAbandoned(directory: string): Promise<void> {
  const parent = path.dirname(directory);
  const abandoned = (await readdir(parent)).filter((entry) =>
    entry.startsWith(`${path.basename(directory)}.making-`),
  );
  await Promise.all(
    abandoned.map((entry) =>
      rm(path.join(parent, entry), { recursive: true, force: true }),
    ),
  );
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
