import { expect, test } from "vitest";
import { planFleet } from "../../components/fleet-plan.ts";
import type { FleetConfig } from "../../components/index.ts";
import { planPreflight } from "../../components/preflight-plan.ts";
import { entry } from "../../components/records.ts";
import { plainUser, smallFleet } from "./fleets.ts";

const small = smallFleet();

/** A fleet of so many hosts, each with a service, a flow and an operator; counts how often all services or all flows are gone through. */
function counted(size: number): { fleet: FleetConfig; walks: () => number } {
  let walks = 0;
  const watched = <T extends object>(target: T): T =>
    new Proxy(target, {
      ownKeys: (all) => {
        walks += 1;
        return Reflect.ownKeys(all);
      },
    });
  const each = <const T>(make: (name: string) => T): Record<string, T> =>
    Object.fromEntries(
      Array.from({ length: size }, (_, n) => [`host-${n}`, make(`host-${n}`)]),
    );
  const fleet: FleetConfig = {
    ...small,
    hosts: each(() => entry(small.hosts, "web-1")),
    services: watched(each((host) => ({ type: "nginx", host, purge: false }))),
    flows: watched(
      each((to) => ({ from: ["anywhere"], to, port: 80, protocol: "tcp" })),
    ),
    sites: {},
    users: { webops: { ...plainUser, sudo: "webops" } },
  };
  return { fleet, walks: () => walks };
}

test("a plan goes through the services and flows of a fleet as often for many hosts as for few", () => {
  const walksFor = (size: number): number => {
    const { fleet, walks } = counted(size);
    expect(planFleet(fleet).length).toBeGreaterThan(4 * size);
    planPreflight(fleet);
    return walks();
  };
  expect(walksFor(40)).toBe(walksFor(10));
});
