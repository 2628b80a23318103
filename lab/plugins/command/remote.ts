import type ssh2 from "ssh2";
import { openConnection } from "./dial.ts";
import type { Connection } from "./inputs.ts";
import { execWithEnvironment, type Variable } from "./session.ts";
import { Capture, type Run, type Said } from "./run.ts";

/** Runs a command on a host, in one exec of the login shell. It is not ended by Cancel, only the dialling is. */
export async function runRemotely(
  run: Run,
  connection: Connection,
): Promise<Said> {
  const opened = await openConnection(connection, run);
  try {
    return await execWithEnvironment(
      opened.client,
      run.command,
      variablesOf(run),
      (channel) => {
        channel.end(run.inputs.stdin ?? "");
        return ended(channel, new Capture(run));
      },
    );
  } finally {
    opened.close();
  }
}

/** A refused variable of the user's is an error; one with earlier outputs only a warning. */
function variablesOf({ inputs, previousOutputs, log }: Run): Variable[] {
  const own = Object.entries(inputs.environment ?? {}).sort();
  const previous = Object.entries(previousOutputs);
  return [
    ...own.map(([name, value]) => ({
      name,
      value,
      refused: () => {
        log.say("error", refusal(name));
        throw new Error(
          `could not set environment variable "${name}": ssh: setenv failed`,
        );
      },
    })),
    ...previous.map(([name, value]) => ({
      name,
      value,
      refused: () => {
        log.say("warning", refusal(name));
      },
    })),
  ];
}

function refusal(name: string): string {
  return `Unable to set '${name}'. This only works if your SSH server is configured to accept\n\tthese variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could\n\tprefix the command itself with the variables in the form 'VAR=value command'`;
}

function ended(channel: ssh2.ClientChannel, capture: Capture): Promise<Said> {
  channel.on("data", (bytes: Buffer) => capture.add("stdout", bytes));
  channel.stderr.on("data", (bytes: Buffer) => capture.add("stderr", bytes));
  return new Promise((resolve, reject) => {
    let failure = "remote command exited without exit status or exit signal";
    let isGood = false;
    channel.on("exit", (code: number | null, signal?: string) => {
      isGood = code === 0;
      failure = `Process exited with status ${statusOf(code, signal)}`;
    });
    channel.once("close", () => {
      if (isGood) resolve(capture.said());
      else reject(capture.failure(failure));
    });
  });
}

const signalNumbers: Readonly<Record<string, number>> = {
  ...{ HUP: 1, INT: 2, QUIT: 3, ILL: 4, ABRT: 6, FPE: 8 },
  ...{ KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15 },
};

function statusOf(code: number | null, signal = ""): string {
  if (code !== null) return String(code);
  const name = signal.replace(/^SIG/, "");
  return `${128 + (signalNumbers[name] ?? 0)} from signal ${name}`;
}
