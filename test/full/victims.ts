import { processesOf, until } from "../e2e/engine.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";

/** Who can be lost in the middle of an update. */
export const victims = ["engine", "provider", "job", "power"] as const;

/** One of them. */
export type Victim = (typeof victims)[number];

/** Whether jobs go on without it. */
export function outlivedByJobs(victim: Victim): boolean {
  return victim === "engine" || victim === "provider";
}

/** An update that runs, and the host that is struck where a host is. */
export interface Scene {
  readonly fleet: TestFleet;
  readonly host: string;
  /** The update's process, which leads its group. */
  readonly engine: number;
}

/** Strikes while one job is frozen; a job that outlives that goes on to its end. */
export async function strikeFrozen(
  victim: Victim,
  scene: Scene,
  unit: string,
): Promise<void> {
  if (victim === "job") await killUnit(scene, unit);
  else if (!(await strike(victim, scene)))
    throw new Error(`there is no ${victim} to strike`);
  if (outlivedByJobs(victim)) await goOn(scene, unit);
}

/** Strikes now. False when there is nothing to be struck at the moment. */
export async function strike(victim: Victim, scene: Scene): Promise<boolean> {
  switch (victim) {
    case "engine":
      process.kill(-scene.engine, "SIGKILL");
      return true;
    case "provider":
      return killProvider(scene);
    case "job":
      return killAnyJob(scene);
    case "power":
      await scene.fleet.lab.powerOff(scene.host);
      await scene.fleet.lab.powerOn(scene.host);
      return true;
  }
}

async function killProvider({ fleet }: Scene): Promise<boolean> {
  const provider = (await processesOf(fleet)).find(({ command }) =>
    command.includes("provider.mjs"),
  );
  if (provider) process.kill(provider.pid, "SIGKILL");
  return provider !== undefined;
}

async function killAnyJob(scene: Scene): Promise<boolean> {
  const list =
    "systemctl list-units --plain --no-legend 'flotilla-job-*.service' | cut -d ' ' -f 1";
  const [unit] = (await scene.fleet.on(scene.host, list)).split("\n");
  if (!unit) return false;
  await killUnit(scene, unit);
  return true;
}

async function killUnit({ fleet, host }: Scene, unit: string): Promise<void> {
  await fleet.on(host, `systemctl kill --signal=KILL ${unit}`);
}

async function goOn({ fleet, host }: Scene, unit: string): Promise<void> {
  await fleet.on(host, `systemctl kill --signal=CONT ${unit}`);
  await until(
    `${unit} has ended`,
    async () =>
      (await fleet.on(host, `systemctl is-active ${unit} || true`)) !==
      "active",
  );
}
