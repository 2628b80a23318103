import { describe, expect, it } from "vitest";
import { reachable } from "../../cli/look/known-hosts-of-stack.ts";
import type { FleetConfig } from "../../components/index.ts";
import { smallFleet } from "../components/fleets.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB";
const found = {
  ...{ address: "203.0.113.10", port: 2222, user: "flotilla" },
  hostKeys: [key],
};

describe("a fleet of which the stack's outputs know more", () => {
  it("reaches a machine that was made, and a host whose key was accepted, as they were last", () => {
    const known = { hosts: { "web-1": found, "db-1": found } };
    const { fleet, leftOut } = reachable(fleetToBe(), known);
    expect(leftOut).toEqual({});
    expect(fleet.hosts["web-1"]).toMatchObject({ ...found, packages: [] });
    expect(fleet.hosts["web-1"]?.cloud).toBeUndefined();
    expect(fleet.hosts["db-1"]).toMatchObject(found);
  });

  it("leaves out a machine that is not made yet, with the next step, and asks a host whose first key is accepted", () => {
    const { fleet, unmet, leftOut } = reachable(fleetToBe(), { hosts: {} });
    expect(fleet.hosts).toEqual({});
    expect(leftOut).toEqual({
      "web-1": {
        reason: "notMade",
        text: expect.stringMatching(/not made yet.*flotilla doctor/) as string,
      },
    });
    expect(Object.keys(unmet)).toEqual(["db-1"]);
  });

  it("leaves out both where the outputs cannot be read: a key of it may be recorded", () => {
    const known = { fault: "no passphrase" };
    const { unmet, leftOut } = reachable(fleetToBe(), known);
    const why = {
      reason: "outputsUnreadable",
      text: expect.stringContaining("cannot be read: no passphrase") as string,
    };
    expect(leftOut).toEqual({ "web-1": why, "db-1": why });
    expect(unmet).toEqual({});
  });

  it("believes the configuration of a host that it knows whole", () => {
    const plain = smallFleet();
    const { fleet, leftOut } = reachable(plain, { hosts: { "web-1": found } });
    expect(fleet).toEqual(plain);
    expect(leftOut).toEqual({});
  });
});

/** One host that is made, and one whose key nobody pinned. */
function fleetToBe(): FleetConfig {
  const config = smallFleet();
  const cloud = { provider: "hetzner", size: "cx22" } as const;
  return {
    ...config,
    hosts: {
      "web-1": { user: "flotilla", port: 22, cloud },
      "db-1": {
        ...{ address: "10.86.0.12", user: "flotilla", port: 22 },
        ...{ hostKeys: [], acceptNewHostKey: true },
      },
    } as unknown as FleetConfig["hosts"],
  };
}
