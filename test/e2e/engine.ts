import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { TestFleet } from "./test-fleet.ts";

/** Waits until something holds; looks often, gives up with its name. */
export async function until(
  name: string | (() => string),
  holds: () => Promise<boolean> | boolean,
  seconds = 120,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline)
      throw new Error(
        `gave up after ${seconds} s: ${typeof name === "string" ? name : name()}`,
      );
    await pause(50);
  }
}

/** What happens to an engine in the middle of its work. */
export interface Interruption {
  /** The moment, in words. */
  readonly name: string;
  /** Whether the moment has come. */
  readonly isNow: () => Promise<boolean>;
  /** Stops the engine at that moment, and kills it only once this holds. */
  readonly whileStopped?: () => Promise<boolean>;
}

/** Runs `pulumi up`, and kills its process group at the given moment. Nothing has time to say goodbye. */
export async function killDuringUp(
  fleet: TestFleet,
  { name, isNow, whileStopped }: Interruption,
  ...more: readonly string[]
): Promise<void> {
  const engine = fleet.start("up", "--yes", "--skip-preview", ...more);
  const { pid } = engine;
  if (pid === undefined) throw new Error("pulumi did not start");
  let ended = false;
  void engine.then(() => (ended = true));
  await until(name, async () => {
    if (ended) throw new Error(`${name}: the update ended before that`);
    return isNow();
  });
  if (whileStopped) {
    process.kill(-pid, "SIGSTOP");
    await until(`${name}, while the engine is stopped`, whileStopped);
  }
  process.kill(-pid, "SIGKILL");
  await engine;
}

/** What tells the processes of one test from all others. */
type Stateful = Pick<TestFleet, "stateFolder">;

/** A process of this fleet's commands. */
export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Provider plugins of this fleet's commands that are still there. */
export async function providersOf(fleet: Stateful): Promise<string[]> {
  return (await processesOf(fleet))
    .map(({ command }) => command)
    .filter((command) => command.includes("provider.mjs"));
}

/** Ends what a killed engine left of Pulumi's own: its language host waits for minutes before it notices. */
async function endLanguageHosts(fleet: Stateful): Promise<void> {
  for (const { pid } of await processesOf(fleet)) process.kill(pid, "SIGKILL");
}

/** Everything that this fleet's commands started and that still runs. */
export async function processesOf(fleet: Stateful): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readProc(pid, "environ");
      if (!environment.includes(fleet.stateFolder)) return [];
      const command = await readProc(pid, "cmdline");
      return command
        ? [{ pid: Number(pid), command: command.replaceAll("\0", " ") }]
        : [];
    }),
  );
  return found.flat();
}

/** Frees the state after a killed engine, once its plugins are gone. */
export async function release(fleet: TestFleet): Promise<void> {
  await endedProcesses(fleet);
  await fleet.mustSucceed("cancel", "--yes");
}

/** Waits for the plugins of a killed engine, and ends what it left besides. */
export async function endedProcesses(fleet: Stateful): Promise<void> {
  let left: string[] = [];
  await until(
    () => `the plugins leave after their engine: ${left.join(", ")}`,
    async () => (left = await providersOf(fleet)).length === 0,
    2,
  );
  await endLanguageHosts(fleet);
}

/** What the README says after a killed update: free the state, then one plain `up`. */
export async function recover(fleet: TestFleet): Promise<void> {
  await release(fleet);
  await fleet.up();
}

async function readProc(pid: string, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}
