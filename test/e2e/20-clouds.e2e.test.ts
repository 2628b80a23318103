import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudFleet } from "./cloud-fleet.ts";

let clouds: CloudFleet;

beforeAll(async () => {
  clouds = await CloudFleet.open();
});

afterAll(async () => {
  await clouds.close();
});

describe("a fleet from nothing", () => {
  it("is made, recognised, and then like any other", async () => {
    const { output } = await clouds.fleet.up();
    expect(output).toContain("hcloud:index:Server");
    const site = await fetch(`http://${await clouds.address("web-1")}/`);
    expect(await site.text()).toContain("first page");
  });

  it("has nothing left to change", async () => {
    const refreshed = await clouds.fleet.mustSucceed("refresh", "--yes");
    expect(refreshed.output).toMatch(/Resources:\s+\d+ unchanged\s/);
    const { output } = await clouds.fleet.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });
});
