import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../e2e/engine.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";
import { Beginnings } from "./beginnings.ts";
import type { Moment } from "./moments.ts";
import { chosen, Sweep, sweepTimeout } from "./sweep.ts";
import { Trips } from "./trips.ts";
import { changeEverything, openWholeFleet, servedPage } from "./whole-fleet.ts";

/**
 * An update that changes something of everything on hosts that are up is interrupted at every moment, in four ways:
 * here a snapshot has something to put back, and visitors see the old page or the new one. sweep.ts says how.
 */
let fleet: TestFleet;
let sweep: Sweep;
let moments: Moment[] = [];

beforeAll(async () => {
  fleet = await openWholeFleet();
  const beginnings = await Beginnings.open(fleet);
  const trips = new Trips(fleet);
  const begin = async (): Promise<void> => {
    await beginnings.kept();
    await trips.lay();
  };
  const serves = async (when: "struck" | "over"): Promise<void> => {
    const wanted = when === "over" ? ["changed"] : ["first", "changed"];
    let page = "";
    await until(
      () => `visitors see ${wanted.join(" or ")}: ${page}`,
      async () => wanted.includes((page = await servedPage(fleet))),
      30,
    );
  };
  sweep = new Sweep({ name: "change", fleet, trips, begin, serves });
  await fleet.up();
  await beginnings.keep();
  await changeEverything(fleet);
  await begin();
  await fleet.up();
  moments = await trips.seen();
}, sweepTimeout);

afterAll(async () => {
  await fleet.close();
});

describe("a change of everything", { timeout: sweepTimeout }, () => {
  it.each(chosen)(
    "that loses its %s at any moment is finished by the next update",
    async (victim) => {
      expect(moments.length).toBeGreaterThan(100);
      expect(await sweep.everywhere(victim, moments)).toEqual([]);
    },
  );

  it("that is interrupted at a moment of a sample, on hosts that nobody has interrupted, is finished by the next update", async () => {
    expect(await sweep.sample(moments)).toEqual([]);
  });
});
