import type ssh2 from "ssh2";

/** A command that runs on a host: its input stays open until `end`. */
export interface RemoteCommand {
  readonly write: (data: string | Uint8Array) => void;
  readonly end: () => void;
  /** Resolves when the command is over; rejects when the connection is lost. */
  readonly done: Promise<RemoteExit>;
}

export interface RemoteExit {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined;
  readonly stderr: string;
}

const STDERR_LIMIT = 16_384;

/** Starts a command; every line of its output goes to `onLine` as it comes. */
export async function start(
  client: ssh2.Client,
  command: string,
  onLine: (line: string) => void,
): Promise<RemoteCommand> {
  return open(client, command, (channel) => follow(channel, onLine));
}

function follow(
  channel: ssh2.ClientChannel,
  onLine: (line: string) => void,
): RemoteCommand {
  let stderr = "";
  channel.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT);
  });
  const flush = eachLine(channel, onLine);
  const done = new Promise<RemoteExit>((resolve, reject) => {
    let exit: RemoteExit | undefined;
    channel.on("exit", (code: number | null) => {
      exit = { code: code ?? undefined, stderr };
    });
    channel.on("close", () => {
      flush();
      if (exit) resolve({ ...exit, stderr });
      else reject(new Error("the connection was lost while a command ran"));
    });
    channel.on("error", reject);
  });
  done.catch(() => {
    // Whoever awaits `done` sees the error; nobody awaiting yet is not a crash.
  });
  return {
    write: (data) => channel.write(data),
    end: () => {
      channel.end();
    },
    done,
  };
}

/** Runs a command with this input and returns all of its output. */
export async function run(
  client: ssh2.Client,
  command: string,
  input: string | Uint8Array = "",
): Promise<RemoteExit & { readonly stdout: string }> {
  const lines: string[] = [];
  const remote = await start(client, command, (line) => lines.push(line));
  remote.write(input);
  remote.end();
  const exit = await remote.done;
  return { ...exit, stdout: lines.map((line) => `${line}\n`).join("") };
}

/** `use` is called at once: the exit of a command that is over already is said in the same packet, and only once. */
async function open<T>(
  client: ssh2.Client,
  command: string,
  use: (channel: ssh2.ClientChannel) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const lost = (): void => {
      reject(new Error("the connection was lost before a command could start"));
    };
    client.once("close", lost);
    client.exec(command, (error, channel) => {
      client.removeListener("close", lost);
      if (error) reject(error);
      else resolve(use(channel));
    });
  });
}

function eachLine(
  channel: ssh2.ClientChannel,
  onLine: (line: string) => void,
): () => void {
  let rest = "";
  channel.setEncoding("utf8");
  channel.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  return () => {
    if (rest !== "") onLine(rest);
    rest = "";
  };
}
