import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { until } from "../e2e/engine.ts";
import { recoverAndProve } from "../e2e/invariants.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";
import { nameOf, type Moment } from "./moments.ts";
import {
  outlivedByJobs,
  strike,
  strikeFrozen,
  victims,
  type Victim,
} from "./victims.ts";

/** Somebody is lost at a moment of an update. */
export interface Interruption {
  readonly moment: Moment;
  readonly victim: Victim;
}

/** Seconds until a moment must have come. */
const patience = 400;
const tripwire = path.join(import.meta.dirname, "tripwire.sh");

/** By name: every moment with every victim. */
export function interruptionsAt(
  moments: readonly Moment[],
): Map<string, Interruption> {
  return new Map(
    moments.flatMap((moment) =>
      victims.map((victim) => [
        `${victim} at ${nameOf(moment)}`,
        { moment, victim },
      ]),
    ),
  );
}

/** Interrupts an update while the job is frozen at that moment, and proves what must hold. */
export async function interruptAt(
  fleet: TestFleet,
  { moment, victim }: Interruption,
): Promise<void> {
  const { host, manifest, step, event } = moment;
  const words = [manifest, step, event, String(patience)];
  const wire = fleet.lab.exec(host, ["bash", "-s", "--", ...words], {
    input: await readFile(tripwire),
    timeoutSeconds: patience + 10,
  });
  const update = fleet.start("up", "--yes", "--skip-preview");
  const first = await Promise.race([wire, update]);
  const unit = /^frozen (\S+)$/m.exec(first.stdout)?.[1];
  if (unit === undefined)
    throw new Error(`the moment did not come:\n${(await update).all}`);
  const scene = { fleet, host, engine: update.pid ?? 0 };
  await strikeFrozen(victim, scene, unit);
  await update;
  await proveAll(fleet, victim);
}

/**
 * Interrupts an update after so many milliseconds. One that was quicker is none that was interrupted; what must hold
 * holds all the same.
 */
export async function interruptAfter(
  fleet: TestFleet,
  milliseconds: number,
  victim: Victim,
): Promise<void> {
  const begin = performance.now();
  const update = fleet.start("up", "--yes", "--skip-preview");
  const host = randomInt(2) === 0 ? "web-1" : "db-1";
  const scene = { fleet, host, engine: update.pid ?? 0 };
  let isOver = false;
  void update.then(() => (isOver = true));
  await until(
    `${victim} is struck`,
    async () =>
      isOver ||
      (performance.now() - begin > milliseconds &&
        (await strike(victim, scene))),
    patience,
  );
  await update;
  await proveAll(fleet, victim);
}

/** Beside what must always hold: the hosts are as the state says. */
async function proveAll(fleet: TestFleet, victim: Victim): Promise<void> {
  await recoverAndProve(fleet, { jobSurvived: outlivedByJobs(victim) });
  await fleet.mustSucceed("refresh", "--yes", "--expect-no-changes");
}
