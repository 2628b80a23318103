import type ssh2 from "ssh2";

/** A variable for a command, and what is done when the server does not take it. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Throws when the command must then not run. */
  readonly refused: () => void;
}

/** The parts of ssh2's client that it does not publish: it asks for variables without waiting for the answers. */
interface Internals {
  readonly _protocol: Pick<Protocol, "env" | "exec">;
  readonly _chanMgr: {
    get(id: number): { _callbacks: ((failed: boolean) => void)[] };
  };
}

interface Protocol {
  env(channel: number, name: string, value: string, wantReply: boolean): void;
  exec(channel: number, command: string, wantReply: boolean): void;
}

/**
 * Runs a command with variables, as the official plugin does: each is asked for with an answer wanted, and the command
 * starts when all have been taken. The connection must be fresh: its first channel is the one. `use` is called at once:
 * the exit of a command that is over already is said in the same packet, and only once.
 */
export async function execWithEnvironment<T>(
  client: ssh2.Client,
  command: string,
  variables: readonly Variable[],
  use: (channel: ssh2.ClientChannel) => Promise<T>,
): Promise<T> {
  const env = Object.fromEntries(
    variables.map(({ name, value }) => [name, value]),
  );
  return new Promise((resolve, reject) => {
    askForAnswers(client, variables, reject);
    client.exec(command, { env }, (error, channel) => {
      if (error) reject(error);
      else resolve(use(channel));
    });
  });
}

function askForAnswers(
  client: ssh2.Client,
  variables: readonly Variable[],
  reject: (error: unknown) => void,
): void {
  if (variables.length === 0) return;
  const { _protocol: protocol, _chanMgr: channels } =
    client as unknown as Internals;
  const [env, exec] = [
    protocol.env.bind(protocol),
    protocol.exec.bind(protocol),
  ];
  const waiting = [...variables];
  let start: () => void = () => undefined;
  const answered = (failed: boolean): void => {
    const variable = waiting.shift();
    try {
      if (failed) variable?.refused();
      if (waiting.length === 0) start();
    } catch (error) {
      // Nothing more is asked for: the command must not start.
      start = () => undefined;
      reject(error);
    }
  };
  protocol.env = (channel, name, value) => {
    channels.get(0)._callbacks.push(answered);
    env(channel, name, value, true);
  };
  protocol.exec = (...words) => {
    start = () => {
      exec(...words);
    };
  };
}
