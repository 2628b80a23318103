import { open, rename, rm } from "node:fs/promises";
import { execa } from "execa";

/** Writes a file that is either the old or the new one, whatever happens. */
export async function writeAtomically(
  file: string,
  content: string,
  mode = 0o600,
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w", mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** What `work` gives, or undefined when the file that it is about is not there. */
export async function ignoreAbsent<T>(
  work: Promise<T>,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Runs `work` while no other process holds the same lock file; `shared` holders bear one another.
 * The kernel drops the lock with this process, however it ends. Waits up to ten minutes.
 */
export async function withLock<T>(
  file: string,
  mode: "exclusive" | "shared",
  work: () => Promise<T>,
): Promise<T> {
  const release = await acquire(file, [`--${mode}`, "--timeout", "600"]);
  if (!release)
    throw new Error(`${file} is held by another run for more than ten minutes`);
  return work().finally(release);
}

/** Runs `work` alone, or not at all when somebody holds the lock. */
export async function tryWithLock(
  file: string,
  work: () => Promise<void>,
): Promise<void> {
  const release = await acquire(file, ["--exclusive", "--nonblock"]);
  if (release) await work().finally(release);
}

async function acquire(
  file: string,
  options: string[],
): Promise<(() => Promise<void>) | undefined> {
  const holder = execa(
    "flock",
    [...options, file, "sh", "-c", "echo locked; exec cat"],
    {
      stdin: "pipe",
      buffer: false,
      reject: false,
    },
  );
  const locked = await new Promise<boolean>((resolve) => {
    holder.stdout.once("data", () => {
      resolve(true);
    });
    holder.stdout.once("end", () => {
      resolve(false);
    });
  });
  if (!locked) return undefined;
  return async () => {
    holder.stdin.end();
    await holder;
  };
}
