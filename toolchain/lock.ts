import { mkdir } from "node:fs/promises";
import path from "node:path";
import lockfile from "proper-lockfile";
import type { Report } from "./report.ts";

export interface LockArgs {
  /** What is made under the lock; the lock lies beside it as `<path>.lock`. */
  readonly path: string;
  /** What to say it is, when another process has to be waited for. */
  readonly name: string;
  readonly report: Report;
}

const poll = { retries: 7200, factor: 1, minTimeout: 500, maxTimeout: 500 };

/** Runs `work` while no other process of this machine does; the lock of a dead process ends by itself. */
export async function withLock<T>(
  args: LockArgs,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(path.dirname(args.path), { recursive: true });
  const options = { realpath: false, lockfilePath: `${args.path}.lock` };
  if (await lockfile.check(args.path, options)) {
    args.report(`waiting for another process that prepares ${args.name}`);
  }
  const release = await lockfile.lock(args.path, { ...options, retries: poll });
  try {
    return await work();
  } finally {
    await release();
  }
}
