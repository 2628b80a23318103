import { Chain, type ChainArgs } from "./chain.ts";
import { interruptAt } from "./interruption.ts";
import { nameOf, spread, type Moment } from "./moments.ts";
import { SweepRecord } from "./record.ts";
import type { Trips } from "./trips.ts";
import { victims, type Victim } from "./victims.ts";

/**
 * Every moment of an update, with each victim. By default they are taken in chains (chain.ts), which takes an hour or
 * two; what no chain comes to is tried alone, and so is a sample of all: a chain never begins at a host that nobody has
 * interrupted yet.
 *
 * - `FLOTILLA_SWEEP_VICTIMS=engine,job`: whose turn it is. Default: all four.
 * - `FLOTILLA_SWEEP_SHARE=1/2`: takes every second moment, for runs side by side in labs of their own
 *   (`FLOTILLA_TEST_LAB`) with one record, or for a run that is spread over the whole and shorter.
 * - `FLOTILLA_SWEEP_ALONE=100`: how many moments are also tried alone, a minute or more each. Default: 16.
 * - `FLOTILLA_SWEEP_RECORD=<file>`: remembers what held; the next run with it goes on with the rest.
 */
const alone = Number(process.env["FLOTILLA_SWEEP_ALONE"] ?? 16);
const [share = 1, shares = 1] = (process.env["FLOTILLA_SWEEP_SHARE"] ?? "1/1")
  .split("/")
  .map(Number);

/** Whose turn it is, in this order. */
export const chosen: readonly Victim[] = (
  process.env["FLOTILLA_SWEEP_VICTIMS"]?.split(",") ?? [...victims]
).flatMap((name) => victims.filter((victim) => victim === name));

/** Milliseconds that a sweep may take. */
export const sweepTimeout = 48 * 60 * 60_000;

/** A chain that a failure has ended is followed by another one; so often. */
const chains = 12;

/** An update, and with what it begins. */
export interface SweepArgs extends Pick<ChainArgs, "fleet" | "serves"> {
  /** Names of attempts begin with it. */
  readonly name: string;
  readonly trips: Trips;
  /** Hosts and state as they are before the update. */
  readonly begin: () => Promise<void>;
}

/** What is tried with one update. */
export class Sweep {
  readonly #record = new SweepRecord(process.env["FLOTILLA_SWEEP_RECORD"]);
  readonly #args: SweepArgs;

  constructor(args: SweepArgs) {
    this.#args = args;
  }

  /** Tries one victim at all moments; gives what failed. */
  async everywhere(
    victim: Victim,
    moments: readonly Moment[],
  ): Promise<string[]> {
    const begin = performance.now();
    const all = named(
      moments.filter((_, index) => index % shares === share - 1),
    );
    let left = await this.#withoutDone(victim, all);
    say(`${this.#nameOf(victim)}: ${left.size} of ${all.size} moments now`);
    const failures: string[] = [];
    for (let n = 0; n < chains && left.size > 0; n += 1) {
      const before = left.size;
      left = await this.#chain(victim, left, failures);
      if (left.size === before) break;
    }
    left = await this.#withoutDone(victim, all);
    for (const [name, moment] of left)
      failures.push(...(await this.#alone(victim, name, moment)));
    const minutes = (performance.now() - begin) / 60_000;
    const done = all.size - (await this.#withoutDone(victim, all)).size;
    say(
      `${this.#nameOf(victim)}: ${done} of ${all.size} moments held, ${left.size} of them alone; ${minutes.toFixed(0)} minutes`,
    );
    return failures;
  }

  /** Tries moments that are spread over all, each alone with hosts that nobody has interrupted. */
  async sample(moments: readonly Moment[]): Promise<string[]> {
    const all = [...named(moments)].flatMap(([name, moment]) =>
      victims.map((victim) => ({ name, moment, victim })),
    );
    const failures: string[] = [];
    for (const { name, moment, victim } of spread(all).slice(0, alone))
      failures.push(...(await this.#alone(victim, name, moment, ", alone")));
    return failures;
  }

  /** One attempt; gives what failed. */
  async attempt(name: string, work: () => Promise<void>): Promise<string[]> {
    const begin = performance.now();
    const full = this.#nameOf(name);
    let failure: string | undefined;
    await work().catch((error: unknown) => {
      failure = `${full}: ${error instanceof Error ? error.message : String(error)}`;
    });
    const seconds = (performance.now() - begin) / 1000;
    this.#record.add(full, failure === undefined, seconds);
    say(failure ?? `${full}: ok, ${seconds.toFixed(0)} s`);
    return failure === undefined ? [] : [failure];
  }

  /** One chain; gives what it did not come to. */
  async #chain(
    victim: Victim,
    moments: ReadonlyMap<string, Moment>,
    failures: string[],
  ): Promise<ReadonlyMap<string, Moment>> {
    let begin = performance.now();
    const held = (names: readonly string[]): void => {
      const seconds = (performance.now() - begin) / 1000 / names.length;
      begin = performance.now();
      for (const name of names) {
        this.#record.add(this.#nameOf(`${victim} at ${name}`), true, seconds);
        say(`${victim} at ${name}: ok, ${seconds.toFixed(0)} s`);
      }
    };
    const chain = new Chain({ ...this.#args, victim, moments, held });
    failures.push(
      ...(await this.attempt(`a chain of ${victim}`, async () => {
        await this.#args.begin();
        await chain.run();
      })),
    );
    return chain.untried;
  }

  async #alone(
    victim: Victim,
    name: string,
    moment: Moment,
    mark = "",
  ): Promise<string[]> {
    const { fleet, trips } = this.#args;
    return this.attempt(`${victim} at ${name}${mark}`, async () => {
      await this.#args.begin();
      await interruptAt(fleet, trips, { moment, victim });
    });
  }

  async #withoutDone(
    victim: Victim,
    all: ReadonlyMap<string, Moment>,
  ): Promise<ReadonlyMap<string, Moment>> {
    const done = await this.#record.done();
    return new Map(
      [...all].filter(
        ([name]) => !done.has(this.#nameOf(`${victim} at ${name}`)),
      ),
    );
  }

  #nameOf(attempt: string): string {
    return `${this.#args.name}: ${attempt}`;
  }
}

function named(moments: readonly Moment[]): Map<string, Moment> {
  return new Map(moments.map((moment) => [nameOf(moment), moment]));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
