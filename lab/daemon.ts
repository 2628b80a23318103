import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";

/** A program that goes on when this process ends. */
export interface Daemon {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gets standard output and error; begun anew. */
  readonly outputFile: string;
}

/** Starts a program in a session of its own, without a terminal. Returns when it runs. */
export async function startDaemon(daemon: Daemon): Promise<void> {
  const output = await open(daemon.outputFile, "w", 0o600);
  try {
    const child = spawn(daemon.command, daemon.arguments, {
      cwd: "/",
      detached: true,
      env: daemon.env,
      stdio: ["ignore", output.fd, output.fd],
    });
    await once(child, "spawn");
    child.unref();
  } finally {
    await output.close();
  }
}
