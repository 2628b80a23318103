import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestFleet } from "../e2e/test-fleet.ts";
import { Beginnings } from "./beginnings.ts";
import { interruptAt, interruptionsAt } from "./interruption.ts";
import { jobsOn, momentsOf, type Moment } from "./moments.ts";
import { Sweep, sweepTimeout } from "./sweep.ts";
import { changeEverything, openWholeFleet } from "./whole-fleet.ts";

/**
 * An update that changes something of everything on hosts that are up is interrupted at every moment of its
 * journals, in four ways: here a snapshot has something to put back. sweep.ts says how it is taken in parts.
 */
const sweep = new Sweep("change");

let fleet: TestFleet;
let beginnings: Beginnings;
let moments: Moment[] = [];

beforeAll(async () => {
  fleet = await openWholeFleet();
  beginnings = await Beginnings.open(fleet);
  await fleet.up();
  const onWeb = await jobsOn(fleet, "web-1");
  const onDb = await jobsOn(fleet, "db-1");
  await beginnings.keep();
  await changeEverything(fleet);
  await beginnings.kept();
  await fleet.up();
  moments = [
    ...(await momentsOf(fleet, "web-1", onWeb)),
    ...(await momentsOf(fleet, "db-1", onDb)),
  ];
}, sweepTimeout);

afterAll(async () => {
  await fleet.close();
});

it(
  "a change that is interrupted at any moment of its journals, by engine, provider, job or power, is finished by the next update",
  { timeout: sweepTimeout },
  async () => {
    const all = interruptionsAt(moments);
    expect(all.size).toBeGreaterThan(200);
    const failures = await sweep.run(all, async (interruption) => {
      await beginnings.kept();
      await interruptAt(fleet, interruption);
    });
    expect(failures).toEqual([]);
  },
);
