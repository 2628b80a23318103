import pLimit, { type LimitFunction } from "p-limit";
import type ssh2 from "ssh2";
import type { Connection, HostInput } from "../../manifest/manifest.ts";
import { dial } from "./dial.ts";
import { DialError } from "./dial-error.ts";

/** What holds for all connections of a pool. */
export interface PoolOptions {
  readonly privateKey: string;
  /** Seconds for all tries of one dial together. */
  readonly connectTimeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Told how each dial ended: `connected`, or the kind of failure. */
  readonly onDial: (host: HostInput, outcome: string) => void;
}

/** Looks at one host at a time, far below the 10 channels that sshd allows a connection (MaxSessions). */
const READERS = 4;

interface Entry {
  client: Promise<ssh2.Client> | undefined;
  /** One manifest of a host at a time. */
  readonly turn: LimitFunction;
  readonly readers: LimitFunction;
}

/** One verified connection per host, shared by everything that this process does there. */
export class SshPool {
  readonly #entries = new Map<string, Entry>();
  readonly #options: PoolOptions;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Runs `task` when nothing else of this process works on the host. */
  async inTurn<T>(host: HostInput, task: () => Promise<T>): Promise<T> {
    return this.#entryOf(host.connection).turn(task);
  }

  /** Runs `task`, which only looks at the host, beside a few others that do. */
  async besideOthers<T>(host: HostInput, task: () => Promise<T>): Promise<T> {
    return this.#entryOf(host.connection).readers(task);
  }

  /** The connection to a host: the open one, or a new one. A host that could not be reached is not tried again by this process. */
  async connect(host: HostInput): Promise<ssh2.Client> {
    const entry = this.#entryOf(host.connection);
    entry.client ??= this.dialNew(host).then((client) => {
      const forget = (): void => {
        entry.client = undefined;
      };
      client.on("error", forget).on("close", forget);
      return client;
    });
    return entry.client;
  }

  /** Forgets a failed dial, so that the next `connect` tries again. */
  forget(host: HostInput): void {
    this.#entryOf(host.connection).client = undefined;
  }

  /** Ends all connections: for programs that go on afterwards. */
  async close(): Promise<void> {
    for (const { client } of this.#entries.values())
      await client?.then((open) => open.end()).catch(() => undefined);
  }

  /** A connection beside the pool: it proves that a new one can be made. */
  async dialNew(host: HostInput): Promise<ssh2.Client> {
    const { privateKey, connectTimeoutSeconds, signal, onDial } = this.#options;
    if (signal.aborted)
      throw new DialError(
        "cancelled",
        `cancelled before connecting to ${host.name}.`,
      );
    try {
      const client = await dial(host.connection, {
        name: host.name,
        privateKey,
        timeoutSeconds: connectTimeoutSeconds,
        signal,
      });
      onDial(host, "connected");
      return client;
    } catch (error) {
      onDial(host, error instanceof DialError ? error.failure : "failed");
      throw error;
    }
  }

  #entryOf(connection: Connection): Entry {
    const key = JSON.stringify([
      connection.address,
      connection.port,
      connection.user,
      connection.hostKeys,
    ]);
    const entry = this.#entries.get(key) ?? {
      client: undefined,
      turn: pLimit(1),
      readers: pLimit(READERS),
    };
    this.#entries.set(key, entry);
    return entry;
  }
}
