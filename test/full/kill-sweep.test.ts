import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { release } from "../e2e/engine.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";
import { Beginnings } from "./beginnings.ts";
import { interruptAfter, proveAll } from "./interruption.ts";
import type { Moment } from "./moments.ts";
import { chosen, Sweep, sweepTimeout } from "./sweep.ts";
import { Trips } from "./trips.ts";
import { victims } from "./victims.ts";
import { openWholeFleet, servedPage } from "./whole-fleet.ts";

/**
 * The first update of a fleet is interrupted at every moment, in four ways, and at random ones
 * (`FLOTILLA_SWEEP_RANDOM=20`: how many; default: 200); then the same must hold as ever. sweep.ts says how.
 *
 * Disks lie in memory: what is not synced survives a cut of the power here in any case.
 */
const randomTries = Number(process.env["FLOTILLA_SWEEP_RANDOM"] ?? 200);

let fleet: TestFleet;
let sweep: Sweep;
let begin: () => Promise<void>;
/** Of the update that nobody interrupts. */
let moments: Moment[] = [];

beforeAll(async () => {
  fleet = await openWholeFleet();
  const beginnings = await Beginnings.open(fleet);
  const trips = new Trips(fleet);
  begin = async () => {
    await beginnings.nothing();
    await trips.lay();
  };
  const serves = async (when: "struck" | "over"): Promise<void> => {
    if (when === "over") expect(await servedPage(fleet)).toBe("first");
  };
  sweep = new Sweep({ name: "new", fleet, trips, begin, serves });
  await trips.lay();
  await fleet.up();
  moments = await trips.seen();
}, sweepTimeout);

afterAll(async () => {
  await fleet.close();
});

describe("the first update of a fleet", { timeout: sweepTimeout }, () => {
  it.each(chosen)(
    "that loses its %s at any moment is finished by the next one",
    async (victim) => {
      expect(moments.length).toBeGreaterThan(250);
      expect(await sweep.everywhere(victim, moments)).toEqual([]);
    },
  );

  it("that is interrupted at a moment of a sample, on hosts that nobody has interrupted, is finished by the next one", async () => {
    expect(await sweep.sample(moments)).toEqual([]);
  });

  it("that is interrupted at random, again and again, is finished by one that nobody interrupts", async () => {
    const failures: string[] = [];
    const attempts = { isFresh: true };
    for (let n = 0; n < randomTries; n += 1) {
      const victim = victims[n % victims.length] ?? "engine";
      const { isFresh } = attempts;
      const after = randomInt(300, isFresh ? 90_000 : 30_000);
      const from = isFresh ? "from nothing" : "going on";
      if (isFresh) await begin();
      attempts.isFresh = true;
      const work = async (): Promise<void> => {
        const isStruck = await interruptAfter(fleet, after, victim);
        await (isStruck ? release(fleet) : proveAll(fleet, victim));
        attempts.isFresh = !isStruck;
      };
      const name = `${victim} after ${after} ms, ${from}`;
      failures.push(...(await sweep.attempt(name, work)));
    }
    expect(failures).toEqual([]);
  });
});
