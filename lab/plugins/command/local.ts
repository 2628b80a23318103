import { spawn } from "node:child_process";
import { Capture, type Run, type Said } from "./run.ts";

/** Runs a command on this machine, by `/bin/sh -c` unless it names another interpreter. */
export function runLocally(run: Run): Promise<Said> {
  const { inputs, command, signal } = run;
  const [file = "/bin/sh", ...words] = inputs.interpreter ?? ["/bin/sh", "-c"];
  const capture = new Capture(run);
  const child = spawn(file, [...words, command], {
    cwd: inputs.dir ?? undefined,
    env: { ...process.env, ...inputs.environment, ...run.previousOutputs },
  });
  // Only the shell itself is ended, as the official plugin does; what it started and waits for goes on.
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  signal.addEventListener("abort", kill, { once: true });
  child.stdout.on("data", (bytes: Buffer) => capture.add("stdout", bytes));
  child.stderr.on("data", (bytes: Buffer) => capture.add("stderr", bytes));
  child.stdin.on("error", () => {
    // A command need not read what it is given.
  });
  child.stdin.end(inputs.stdin ?? "");
  return new Promise<Said>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(capture.failure(startProblem(error, file, inputs.dir)));
    });
    child.once("close", (code, killedBy) => {
      if (code === 0) resolve(capture.said());
      else reject(capture.failure(endOf(code, killedBy)));
    });
  }).finally(() => {
    signal.removeEventListener("abort", kill);
  });
}

function startProblem(
  { code, message }: NodeJS.ErrnoException,
  file: string,
  directory: string | null | undefined,
): string {
  if (code !== "ENOENT") return message;
  return directory
    ? `chdir ${directory}: no such file or directory`
    : `exec: "${file}": executable file not found in $PATH`;
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (code !== null) return `exit status ${code}`;
  return `signal: ${signal === "SIGKILL" ? "killed" : (signal ?? "").slice(3).toLowerCase()}`;
}
