import pLimit, { type LimitFunction } from "p-limit";
import type ssh2 from "ssh2";
import type { Connection, HostInput } from "../../manifest/manifest.ts";
import { dial } from "./dial.ts";
import { DialError } from "./dial-error.ts";
import { dialWays, type Contact, type Way } from "./dial-ways.ts";

/** What holds for all connections of a pool. */
export interface PoolOptions {
  readonly privateKey: string;
  /** Tried after `privateKey`. @default - no other key */
  readonly previousPrivateKey?: string | undefined;
  /** Seconds for all tries of one dial together. */
  readonly connectTimeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Told how each dial ended: `connected`, or the kind of failure. */
  readonly onDial: (host: HostInput, outcome: string) => void;
}

/** How else a host may be entered. */
export interface Entrance {
  /** Ways that are tried in this order, the declared connection's own first. */
  readonly ways: readonly Way[];
  /** Seconds for all tries together. @default - the pool's */
  readonly timeoutSeconds?: number | undefined;
  /** Told why no way is open yet. */
  readonly onWait: (text: string) => void;
}

/** Looks at one host at a time, far below the 10 channels that sshd allows a connection (MaxSessions). */
const READERS = 4;

interface Entry {
  contact: Promise<Contact> | undefined;
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
  async connect(host: HostInput, entrance?: Entrance): Promise<Contact> {
    const entry = this.#entryOf(host.connection);
    if (entry.contact) return entry.contact;
    const entered = this.#enter(host, entrance).then((contact) => {
      const forget = (): void => {
        if (entry.contact === entered) entry.contact = undefined;
      };
      contact.client.on("error", forget).on("close", forget);
      return contact;
    });
    entry.contact = entered;
    return entered;
  }

  /** The connection to a host that is open, or being opened. */
  opened(host: HostInput): Promise<Contact> | undefined {
    return this.#entryOf(host.connection).contact;
  }

  /** Forgets a failed dial, so that the next `connect` tries again. */
  forget(host: HostInput): void {
    this.#entryOf(host.connection).contact = undefined;
  }

  /** Ends the connection to a host: the next `connect` makes a new one. */
  leave(host: HostInput): void {
    const entry = this.#entryOf(host.connection);
    const { contact } = entry;
    entry.contact = undefined;
    void contact?.then(({ client }) => client.end()).catch(() => undefined);
  }

  /** Ends all connections: for programs that go on afterwards. */
  async close(): Promise<void> {
    for (const { contact } of this.#entries.values())
      await contact?.then(({ client }) => client.end()).catch(() => undefined);
  }

  /** A connection beside the pool, by the declared way alone: it proves that a new one can be made. */
  async dialNew(host: HostInput): Promise<ssh2.Client> {
    return (await this.#enter(host, undefined)).client;
  }

  async #enter(host: HostInput, entrance?: Entrance): Promise<Contact> {
    const { privateKey, previousPrivateKey, connectTimeoutSeconds } =
      this.#options;
    const { signal, onDial } = this.#options;
    if (signal.aborted)
      throw new DialError(
        "cancelled",
        `cancelled before connecting to ${host.name}.`,
      );
    const options = {
      name: host.name,
      privateKey,
      previousPrivateKey,
      timeoutSeconds: entrance?.timeoutSeconds ?? connectTimeoutSeconds,
      signal,
    };
    try {
      const contact = entrance
        ? await dialWays(entrance.ways, {
            ...options,
            onWait: entrance.onWait,
          })
        : await dial(host.connection, options);
      onDial(host, "connected");
      return contact;
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
      contact: undefined,
      turn: pLimit(1),
      readers: pLimit(READERS),
    };
    this.#entries.set(key, entry);
    return entry;
  }
}
