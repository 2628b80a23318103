import { setTimeout as delay } from "node:timers/promises";
import type { Scanner } from "./scanner.ts";

/** Addresses by what they are called. */
type Addresses = Readonly<Record<string, string>>;

/** What was seen from outside. */
export interface Seen {
  /** How often every address that there was then was scanned. */
  readonly looks: number;
  /** Every port that was ever open. */
  readonly open: Readonly<Record<string, readonly number[]>>;
}

/** Scans some addresses again and again, a second apart; addresses may come while it looks. */
export class OpenPorts {
  readonly #scanner: Scanner;
  readonly #addresses: () => Promise<Addresses>;
  readonly #open = new Map<string, Set<number>>();
  readonly #watching: Promise<void>;
  #looks = 0;
  #isOver = false;

  constructor(scanner: Scanner, addresses: () => Promise<Addresses>) {
    this.#scanner = scanner;
    this.#addresses = addresses;
    this.#watching = this.#watch();
  }

  /** Stops, and looks once more, at all ports. */
  async end(): Promise<Seen> {
    this.#isOver = true;
    await this.#watching;
    await this.#look("all");
    const open = [...this.#open].map(
      ([name, ports]) => [name, [...ports].sort((a, b) => a - b)] as const,
    );
    return { looks: this.#looks, open: Object.fromEntries(open) };
  }

  /** Ten minutes at most. */
  async #watch(): Promise<void> {
    for (let look = 0; look < 600 && !this.#isOver; look += 1)
      await Promise.all([this.#look("likely"), delay(1000)]);
  }

  async #look(ports: "likely" | "all"): Promise<void> {
    const addresses = Object.entries(await this.#addresses());
    if (addresses.length === 0) return;
    const found = await this.#scanner.openPorts(
      addresses.map(([, address]) => address),
      ports,
    );
    this.#looks += 1;
    for (const [name, address] of addresses)
      for (const port of found.get(address) ?? [])
        this.#open.set(name, (this.#open.get(name) ?? new Set()).add(port));
  }
}
