import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestFleet } from "../e2e/test-fleet.ts";
import { Beginnings } from "./beginnings.ts";
import {
  interruptAfter,
  interruptAt,
  interruptionsAt,
} from "./interruption.ts";
import { isOfPackages, momentsOf, type Moment } from "./moments.ts";
import { Sweep, sweepTimeout } from "./sweep.ts";
import { victims } from "./victims.ts";
import { openWholeFleet } from "./whole-fleet.ts";

/**
 * The first update of a fleet is interrupted at every moment of its journals, in four ways, and at random ones
 * (`FLOTILLA_SWEEP_RANDOM=20`: how many; default: 200); then the same must hold as ever. sweep.ts says how it is
 * taken in parts.
 *
 * An interruption while packages are installed begins with fresh hosts, one behind it with hosts whose packages an
 * update before it has installed, which spares it the half of an update in which apt works; random ones begin with
 * either. Disks lie in memory: what is not synced survives a cut of the power here in any case.
 */
const randomTries = Number(process.env["FLOTILLA_SWEEP_RANDOM"] ?? 200);
const sweep = new Sweep("new");

let fleet: TestFleet;
let beginnings: Beginnings;
/** Of the update that nobody interrupts: its moments, and how long it took. */
let moments: Moment[] = [];
let seconds = 0;

beforeAll(async () => {
  fleet = await openWholeFleet();
  beginnings = await Beginnings.open(fleet);
  ({ seconds } = await fleet.up());
  moments = [
    ...(await momentsOf(fleet, "web-1")),
    ...(await momentsOf(fleet, "db-1")),
  ];
  await beginnings.installPackagesAlone();
  await beginnings.keep();
}, sweepTimeout);

afterAll(async () => {
  await fleet.close();
});

describe("the first update of a fleet", { timeout: sweepTimeout }, () => {
  it("that is interrupted at any moment of its journals, by engine, provider, job or power, is finished by the next one", async () => {
    const all = interruptionsAt(moments);
    expect(all.size).toBeGreaterThan(800);
    const failures = await sweep.run(all, async (interruption) => {
      await begin(isOfPackages(interruption.moment));
      await interruptAt(fleet, interruption);
    });
    expect(failures).toEqual([]);
  });

  it("that is interrupted at random is finished by the next one", async () => {
    const failures: string[] = [];
    for (let n = 0; n < randomTries; n += 1) {
      const victim = victims[n % victims.length] ?? "engine";
      const isFresh = n % 8 < 4;
      const most = Math.round(seconds * (isFresh ? 1000 : 500));
      const after = randomInt(300, most);
      const name = `${victim} after ${after} ms, ${isFresh ? "from nothing" : "with packages there"}`;
      failures.push(
        ...(await sweep.attempt(name, async () => {
          await begin(isFresh);
          await interruptAfter(fleet, after, victim);
        })),
      );
    }
    expect(failures).toEqual([]);
  });
});

async function begin(isFresh: boolean): Promise<void> {
  await (isFresh ? beginnings.nothing() : beginnings.kept());
}
