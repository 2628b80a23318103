import { processesOf, until } from "../e2e/engine.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";
import type { Stop } from "./trips.ts";

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

/** Strikes while a job stands still. */
export async function strikeAt(
  victim: Victim,
  scene: Scene,
  { job }: Stop,
): Promise<void> {
  if (victim === "job") await killUnit(scene, unitOf(job));
  else if (!(await strike(victim, scene)))
    throw new Error(`there is no ${victim} to strike`);
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

/** A job that stands still goes on. */
export async function goOn(fleet: TestFleet, stop: Stop): Promise<void> {
  const unit = unitOf(stop.job);
  await fleet.on(
    stop.moment.host,
    `systemctl kill --signal=CONT ${unit} || true`,
  );
}

/** Waits until a job is over. */
export async function isOver(
  fleet: TestFleet,
  { job, moment }: Stop,
): Promise<void> {
  const ask = `systemctl is-active ${unitOf(job)} || true`;
  await until(
    `job ${job} is over`,
    async () => (await fleet.on(moment.host, ask)) !== "active",
  );
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
  // It may end by itself before it is struck.
  return killUnit(scene, unit).then(
    () => true,
    (error: unknown) => {
      if (!String(error).includes("not loaded")) throw error;
      return false;
    },
  );
}

async function killUnit({ fleet, host }: Scene, unit: string): Promise<void> {
  await fleet.on(
    host,
    `systemctl kill --signal=KILL ${unit} && while systemctl --quiet is-active ${unit}; do :; done`,
  );
}

function unitOf(job: string): string {
  return `flotilla-job-${job}.service`;
}
