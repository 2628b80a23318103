import { randomInt } from "node:crypto";
import { until } from "../e2e/engine.ts";
import { recoverAndProve } from "../e2e/invariants.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";
import type { Moment } from "./moments.ts";
import type { Stop, Trips } from "./trips.ts";
import {
  goOn,
  isOver,
  outlivedByJobs,
  strike,
  strikeAt,
  type Victim,
} from "./victims.ts";

/** Somebody is lost at a moment of an update. */
export interface Interruption {
  readonly moment: Moment;
  readonly victim: Victim;
}

/** Seconds until a moment must have come. */
const patience = 400;

/** Interrupts an update at one moment alone, and proves what must hold. */
export async function interruptAt(
  fleet: TestFleet,
  trips: Trips,
  { moment, victim }: Interruption,
): Promise<void> {
  const { host } = moment;
  await trips.want([moment]);
  const update = fleet.start("up", "--yes", "--skip-preview");
  let isOverNow = false;
  void update.then(() => (isOverNow = true));
  let stop: Stop | undefined;
  await until(
    "the moment has come",
    async () => {
      stop = await trips.stopped(host);
      return isOverNow || stop !== undefined;
    },
    patience,
  );
  if (!stop) throw new Error(`the moment did not come:\n${(await update).all}`);
  await strikeAt(victim, { fleet, host, engine: update.pid ?? 0 }, stop);
  await trips.want([]);
  if (outlivedByJobs(victim)) {
    await goOn(fleet, stop);
    await isOver(fleet, stop);
  }
  await update;
  await proveAll(fleet, victim);
}

/** Interrupts an update after so many milliseconds. False when the update was quicker. */
export async function interruptAfter(
  fleet: TestFleet,
  milliseconds: number,
  victim: Victim,
): Promise<boolean> {
  const begin = performance.now();
  const update = fleet.start("up", "--yes", "--skip-preview");
  const host = randomInt(2) === 0 ? "web-1" : "db-1";
  const scene = { fleet, host, engine: update.pid ?? 0 };
  let isOverNow = false;
  let isStruck = false;
  void update.then(() => (isOverNow = true));
  await until(
    `${victim} is struck`,
    async () => {
      if (isOverNow) return true;
      if (performance.now() - begin < milliseconds) return false;
      return (isStruck = await strike(victim, scene));
    },
    patience,
  );
  await update;
  return isStruck;
}

/** Beside what must always hold: the hosts are as the state says. */
export async function proveAll(
  fleet: TestFleet,
  victim: Victim,
): Promise<void> {
  await recoverAndProve(fleet, { jobSurvived: outlivedByJobs(victim) });
  await proveNoDrift(fleet);
}

/** Hosts are as the state says; else what the next update would put back is told. */
export async function proveNoDrift(fleet: TestFleet): Promise<void> {
  const seen = await fleet.pulumi("refresh", "--yes", "--expect-no-changes");
  if (seen.code === 0) return;
  const { output } = await fleet.pulumi("preview", "--diff");
  throw new Error(`${seen.output}\n${output}`);
}
