import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { release } from "../e2e/engine.ts";
import { prove } from "../e2e/invariants.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";
import { proveNoDrift } from "./interruption.ts";
import { isCommitted, nameOf, type Moment } from "./moments.ts";
import type { Stop, Trips } from "./trips.ts";
import {
  goOn,
  isOver,
  outlivedByJobs,
  strikeAt,
  type Victim,
} from "./victims.ts";

/** What a chain works on. */
export interface ChainArgs {
  readonly fleet: TestFleet;
  readonly trips: Trips;
  readonly victim: Victim;
  /** By name: where somebody is lost. */
  readonly moments: ReadonlyMap<string, Moment>;
  /** What visitors must see: right after a loss, and in the end. */
  readonly serves: (when: "struck" | "over") => Promise<void>;
  /** What came after these went on as it must. */
  readonly held: (names: readonly string[]) => void;
}

const struckScript = path.join(import.meta.dirname, "struck.sh");
/** Milliseconds in which the other host's job may come to a moment of its own, before an engine is lost. */
const together = 1500;
/** Milliseconds between two looks at hosts: what looks does not wait with what it looks at. */
const glance = 150;

/**
 * One update after the other, each interrupted at the first moments that it comes to and that were not tried, until
 * one comes to none of them: so each is also what recovers from the one before. A job that outlives the loss stands
 * still until somebody follows it again, or goes on alone when it has no moment left.
 */
export class Chain {
  readonly #args: ChainArgs;
  readonly #untried: Map<string, Moment>;
  /** Jobs that stand still without anybody who follows them. */
  #still: Stop[] = [];
  /** What followed jobs before this update. */
  #stale = new Set<string>();
  /** Jobs at a moment at which nobody was lost yet. */
  #arrived: Stop[] = [];

  constructor(args: ChainArgs) {
    this.#args = args;
    this.#untried = new Map(args.moments);
  }

  /** Moments that no update has come to, by name. */
  get untried(): ReadonlyMap<string, Moment> {
    return this.#untried;
  }

  /** Goes on until an update ends by itself, and proves what must hold then. Throws with the moments before it. */
  async run(): Promise<void> {
    const { fleet, victim, held, serves } = this.#args;
    let before: string[] = [];
    try {
      for (;;) {
        const names = await this.#update();
        held(before);
        before = names;
        if (names.length === 0) break;
      }
      await prove(fleet, { jobSurvived: outlivedByJobs(victim) });
      await proveNoDrift(fleet);
      await serves("over");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`after ${before.join("; ") || "all of them"}: ${why}`, {
        cause: error,
      });
    }
  }

  /** One update; gives the names of the moments at which it was interrupted. */
  async #update(): Promise<string[]> {
    const { fleet, trips, victim } = this.#args;
    await trips.want([...this.#untried.values()]);
    const followers = trips.hosts.map((host) => this.#followers(host));
    this.#stale = new Set((await Promise.all(followers)).flat());
    const update = fleet.start("up", "--yes", "--skip-preview");
    // An update that goes on would write its state into that of the next chain.
    const struck = await this.#strikeUntilOver(update).catch(
      async (error: unknown) => {
        const { all } = await update;
        throw new Error(`${String(error)}\n${all}`, { cause: error });
      },
    );
    const { exitCode, all } = await update;
    if (struck.length === 0 && exitCode !== 0)
      throw new Error(`an update that nobody interrupted:\n${all}`);
    const names = struck.map(nameOf);
    if (exitCode === 0 && struck.some((moment) => !isCommitted(moment)))
      throw new Error(
        `an update says success, interrupted at ${names.join("; ")}`,
      );
    if (struck.length > 0 && outlivedByJobs(victim)) {
      await release(fleet);
      await this.#letFinishedGoOn();
    }
    return names;
  }

  async #strikeUntilOver(
    update: ReturnType<TestFleet["start"]>,
  ): Promise<Moment[]> {
    const { fleet, victim } = this.#args;
    const engine = update.pid ?? 0;
    const progress = { isOver: false };
    void update.then(() => (progress.isOver = true));
    const struck: Moment[] = [];
    const isOnce = outlivedByJobs(victim);
    while (!progress.isOver) {
      await pause(glance);
      await this.#letFollowedGoOn();
      const stops = await this.#stops();
      for (const stop of isOnce ? stops.slice(0, 1) : stops)
        await strikeAt(victim, { fleet, engine, host: stop.moment.host }, stop);
      for (const stop of stops) await this.#lookAfter(stop);
      struck.push(...stops.map(({ moment }) => moment));
      if (isOnce && stops.length > 0) break;
    }
    return struck;
  }

  /** Jobs that stand at a moment now, so that somebody can be lost; of an engine that is lost once, those of both hosts. */
  async #stops(): Promise<Stop[]> {
    const first = await this.#ripe();
    if (first.length !== 1 || !outlivedByJobs(this.#args.victim)) return first;
    const end = performance.now() + together;
    let all = first;
    while (all.length === 1 && performance.now() < end) {
      await pause(glance);
      all = await this.#ripe();
    }
    return all;
  }

  /** A job that has come to its moment alone, after a loss, waits for whoever follows it: who is not there is not lost. */
  async #ripe(): Promise<Stop[]> {
    const { trips, victim } = this.#args;
    const found = await Promise.all(
      trips.hosts.map((host) => trips.stopped(host)),
    );
    this.#arrived.push(...found.filter((stop) => stop !== undefined));
    if (!outlivedByJobs(victim)) return [...this.#arrived];
    return this.#followed(this.#arrived);
  }

  /** What must hold at once. */
  async #lookAfter(stop: Stop): Promise<void> {
    const { fleet, victim, serves } = this.#args;
    const { host, point } = stop.moment;
    const name = nameOf(stop.moment);
    this.#untried.delete(name);
    this.#arrived = this.#arrived.filter((other) => other !== stop);
    if (outlivedByJobs(victim)) this.#still.push(stop);
    const entry = /^(begin|end) of /.test(point) ? point : "-";
    const committed = isCommitted(stop.moment) ? "yes" : "no";
    const words = ["bash", "-s", "--", stop.job, entry, committed];
    const input = await readFile(struckScript);
    const { stdout, stderr } = await fleet.lab.exec(host, words, { input });
    const problems = `${stdout}${stderr}`;
    if (problems) throw new Error(`${host} right after ${name}: ${problems}`);
    if (!(await fleet.canLogIn(host)))
      throw new Error(`${host} lets nobody in right after ${name}`);
    await serves("struck");
  }

  async #letFollowedGoOn(): Promise<void> {
    for (const stop of await this.#followed(this.#still)) {
      this.#still = this.#still.filter((other) => other !== stop);
      await goOn(this.#args.fleet, stop);
    }
  }

  /** Those on hosts where this update follows a job. What followed for an earlier one stays until its job says something. */
  async #followed(stops: readonly Stop[]): Promise<Stop[]> {
    const followed: Stop[] = [];
    for (const stop of stops) {
      const pids = await this.#followers(stop.moment.host);
      if (pids.some((pid) => !this.#stale.has(pid))) followed.push(stop);
    }
    return followed;
  }

  /** Processes on a host that follow a job, by host and number. */
  async #followers(host: string): Promise<string[]> {
    const words = ["pgrep", "-f", "[/]follow.sh"];
    const { stdout } = await this.#args.fleet.lab.exec(host, words);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((pid) => `${host} ${pid}`);
  }

  /** Jobs without a moment that is left: they end while nobody listens. */
  async #letFinishedGoOn(): Promise<void> {
    const { fleet } = this.#args;
    const manifests = [...this.#untried.values()].map(keyOf);
    const finished = this.#still.filter(
      ({ moment }) => !manifests.includes(keyOf(moment)),
    );
    this.#still = this.#still.filter((stop) => !finished.includes(stop));
    for (const stop of finished) {
      await goOn(fleet, stop);
      await isOver(fleet, stop);
    }
  }
}

function keyOf({ host, manifest }: Moment): string {
  return `${host} ${manifest}`;
}
