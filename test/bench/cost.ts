import { readdir, readFile } from "node:fs/promises";
import { execa, type Options } from "execa";

/** What one command cost. */
export interface Cost {
  readonly seconds: number;
  /** The most that the command and all it started held at one moment, in MiB; shared pages count once. */
  readonly peakMib: number;
}

/** What a command that was watched cost. */
export interface WatchedCost extends Cost {
  /** What its processes computed; a process that ends between two looks is counted up to the first. */
  readonly cpuSeconds: number;
}

/** Milliseconds between two looks at the processes. */
const SAMPLE_EVERY = 150;

/** What Linux counts the time of processes in. */
const TICKS_PER_SECOND = 100;

/** Runs a command in a session of its own; throws with its output when it fails. */
export async function costOf(
  command: string,
  words: readonly string[],
  options: Options = {},
): Promise<WatchedCost> {
  const begin = performance.now();
  const child = execa(command, words, {
    ...options,
    all: true,
    detached: true,
    reject: false,
    timeout: 15 * 60_000,
  });
  const watch = new SessionWatch(child.pid ?? 0);
  const { exitCode, all } = await child;
  const seconds = (performance.now() - begin) / 1000;
  await watch.stop();
  if (exitCode !== 0) throw new Error(`${command} failed:\n${String(all)}`);
  return { seconds, peakMib: watch.peakMib, cpuSeconds: watch.cpuSeconds };
}

/** Adds up memory and computing of all processes of one session, again and again. */
class SessionWatch {
  readonly #session: number;
  readonly #watching: Promise<void>;
  readonly #ticks = new Map<string, number>();
  #isOver = false;
  #peakKib = 0;

  constructor(session: number) {
    this.#session = session;
    this.#watching = this.#watch();
  }

  get peakMib(): number {
    return this.#peakKib / 1024;
  }

  get cpuSeconds(): number {
    const ticks = [...this.#ticks.values()];
    return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      this.#peakKib = Math.max(this.#peakKib, await this.#now());
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY));
    }
  }

  async #now(): Promise<number> {
    const processes = (await readdir("/proc")).filter((id) => /^\d+$/.test(id));
    const sizes = await Promise.all(
      processes.map((id) => this.#sizeOf(id).catch(() => 0)),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async #sizeOf(id: string): Promise<number> {
    const stat = await readFile(`/proc/${id}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(fields[3]) !== this.#session) return 0;
    this.#ticks.set(id, Number(fields[11]) + Number(fields[12]));
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
}
