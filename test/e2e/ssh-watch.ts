import { setTimeout as pause } from "node:timers/promises";
import { dialOnce } from "../../provider/ssh/dial.ts";
import type { Way } from "../../provider/ssh/dial-ways.ts";

/** What one look found: the port → whether a new session could be opened there. */
export type Look = ReadonlyMap<number, boolean>;

/** A client that opens a new session on each of two ports every 500 ms, from here, until it is stopped. */
export class SshWatch {
  readonly looks: Look[] = [];
  readonly #way: Way;
  readonly #ports: readonly number[];
  readonly #privateKey: string;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(way: Way, ports: readonly number[], privateKey: string) {
    this.#way = way;
    this.#ports = ports;
    this.#privateKey = privateKey;
    this.#ended = this.#watch();
  }

  /** Every look, when the last one is over. */
  async stop(): Promise<readonly Look[]> {
    this.#stop.abort();
    await this.#ended;
    return this.looks;
  }

  async #watch(): Promise<void> {
    const looking: Promise<void>[] = [];
    while (!this.#stop.signal.aborted) {
      looking.push(this.#look());
      await pause(500);
    }
    await Promise.all(looking);
  }

  async #look(): Promise<void> {
    const found = this.#ports.map(
      async (port) => [port, await this.#opens(port)] as const,
    );
    this.looks.push(new Map(await Promise.all(found)));
  }

  async #opens(port: number): Promise<boolean> {
    const options = {
      name: "the watched host",
      privateKey: this.#privateKey,
      timeoutSeconds: 5,
      signal: new AbortController().signal,
    };
    try {
      const { client } = await dialOnce({ ...this.#way, port }, options, 5000);
      client.end();
      return true;
    } catch {
      return false;
    }
  }
}
