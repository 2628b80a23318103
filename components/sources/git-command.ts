import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** How one git command is run. */
export interface GitRun {
  /** The whole environment: nothing of this process's own is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Ends the command early. */
  readonly signal?: AbortSignal;
  readonly input?: string;
}

/** How a git command ended. */
export interface GitResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** The program git is not there. */
export class GitMissing extends Error {}

const execute = promisify(execFile);
const mostOutputBytes = 64 * 1024 * 1024;

/** Runs one git command to its end. Throws `GitMissing`; every other failure is a result. */
export async function runGit(
  words: readonly string[],
  { environment, timeoutSeconds, signal, input }: GitRun,
): Promise<GitResult> {
  const running = execute("git", [...words], {
    env: environment,
    timeout: timeoutSeconds * 1000,
    maxBuffer: mostOutputBytes,
    windowsHide: true,
    ...(signal && { signal }),
  });
  // A git that has ended early reads no more.
  running.child.stdin?.on("error", () => undefined).end(input ?? "");
  try {
    const { stdout, stderr } = await running;
    return { ok: true, stdout, stderr, timedOut: false };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ENOENT") throw new GitMissing();
    return {
      ok: false,
      stdout: textOf(error, "stdout"),
      stderr: textOf(error, "stderr") || error.message,
      timedOut: "killed" in error && error.killed === true,
    };
  }
}

function textOf(error: Error, stream: "stdout" | "stderr"): string {
  const text: unknown = Reflect.get(error, stream);
  return typeof text === "string" ? text : "";
}

/** The oldest git whose configuration can be kept out by the environment. */
export const leastVersion = "2.32";

/** What `git version` says, as far as it can be compared; undefined when it is new enough. */
export function tooOld(output: string): string | undefined {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(output) ?? [];
  const [leastMajor = 0, leastMinor = 0] = leastVersion.split(".").map(Number);
  const isNew =
    Number(major) > leastMajor ||
    (Number(major) === leastMajor && Number(minor) >= leastMinor);
  return isNew ? undefined : output.trim();
}
