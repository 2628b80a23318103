import { spread } from "./moments.ts";
import type { Interruption } from "./interruption.ts";
import { SweepRecord } from "./record.ts";
import { victims } from "./victims.ts";

/**
 * Attempts, one after the other. All of them take many hours, so they can be taken in parts; each part is spread over
 * the whole:
 *
 * - `FLOTILLA_SWEEP_TRIES=40`: how many moments are tried. Default: all.
 * - `FLOTILLA_SWEEP_RECORD=<file>`: remembers what held; the next run with it goes on with the rest.
 * - `FLOTILLA_SWEEP_SHARE=1/2`: takes every second one, for runs side by side in labs of their own
 *   (`FLOTILLA_TEST_LAB`), with one record.
 */
const tries = Number(process.env["FLOTILLA_SWEEP_TRIES"] ?? Infinity);
const [share = 1, shares = 1] = (process.env["FLOTILLA_SWEEP_SHARE"] ?? "1/1")
  .split("/")
  .map(Number);

/** Milliseconds that a sweep may take. */
export const sweepTimeout = 48 * 60 * 60_000;

/** What is tried under one name: names of attempts begin with it. */
export class Sweep {
  readonly #record = new SweepRecord(process.env["FLOTILLA_SWEEP_RECORD"]);
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Tries what is left of all, as far as it is this run's; gives what failed. */
  async run(
    all: ReadonlyMap<string, Interruption>,
    work: (interruption: Interruption) => Promise<void>,
  ): Promise<string[]> {
    const done = await this.#record.done();
    const left = spread([...all])
      .filter((_, index) => index % shares === share - 1)
      .filter(([name]) => !done.has(this.#nameOf(name)))
      .slice(0, tries);
    say(`${left.length} of ${all.size} interruptions are tried now`);
    const failures: string[] = [];
    for (const [name, interruption] of left)
      failures.push(...(await this.attempt(name, () => work(interruption))));
    await this.#report(all);
    return failures;
  }

  /** One attempt; gives what failed. */
  async attempt(name: string, work: () => Promise<void>): Promise<string[]> {
    const begin = performance.now();
    const took = (): number => (performance.now() - begin) / 1000;
    const full = this.#nameOf(name);
    try {
      await work();
      this.#record.add(full, true, took());
      say(`${full}: ok, ${took().toFixed(0)} s`);
      return [];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#record.add(full, false, took());
      say(`${full}: ${why}`);
      return [`${full}: ${why}`];
    }
  }

  async #report(all: ReadonlyMap<string, Interruption>): Promise<void> {
    const done = await this.#record.done();
    for (const victim of victims) {
      const names = [...all]
        .filter(([, interruption]) => interruption.victim === victim)
        .map(([name]) => this.#nameOf(name));
      const held = names.filter((name) => done.has(name)).length;
      say(`${victim}: ${held} of ${names.length} are on record`);
    }
  }

  #nameOf(attempt: string): string {
    return `${this.#name}: ${attempt}`;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
