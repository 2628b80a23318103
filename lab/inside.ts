import { execa } from "execa";
import type { Host } from "./host.ts";
import { initOf } from "./power.ts";

/** How a command inside a host is run. */
export interface ExecOptions {
  /** Goes to the command's standard input. @default - nothing */
  readonly input?: string | Uint8Array;
  /** @default 60 */
  readonly timeoutSeconds?: number;
}

/** What a command inside a host did. */
export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** -1 when it was ended by a signal or its time ran out. */
  readonly exitCode: number;
}

const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LANG: "C.UTF-8",
};

/** Runs a command as root inside a host without SSH: it works when sshd or the host's firewall does not. */
export async function execInside(
  host: Host,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const init = initOf(host);
  if (init === undefined) throw new Error(`${host.name} is off`);
  const enter = [
    "--target",
    String(init),
    "--mount",
    "--uts",
    "--ipc",
    "--net",
    "--pid",
  ];
  const result = await execa("nsenter", [...enter, "--", ...argv], {
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    env: environment,
    cwd: "/",
    input: options.input ?? "",
    timeout: (options.timeoutSeconds ?? 60) * 1000,
    forceKillAfterDelay: 2000,
  });
  return {
    stdout: result.stdout,
    stderr: result.stderr,
    exitCode: result.exitCode ?? -1,
  };
}
