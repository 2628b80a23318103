import { expect, test } from "vitest";
import { planPreflight } from "../../components/preflight-plan.ts";
import { preflight as schema } from "../../manifest/preflight.ts";
import { preflight } from "../../components/config/preflight.ts";
import { smallFleet } from "./fleets.ts";

const fleet = {
  ...smallFleet(),
  preflight: preflight.parse({ minDiskGb: 40 }),
};

test("every host is asked for what will listen there, and how it is reached", () => {
  const plan = planPreflight(fleet);
  expect(plan?.requirements).toEqual({
    minDiskGb: 40,
    minMemoryMb: 1000,
    minCpus: 1,
    ignore: [],
  });
  expect(plan?.hosts["web-1"]).toMatchObject({
    host: { id: "web-1", name: "web-1" },
    ports: { "tcp/80": { units: ["nginx.service"] } },
    firewall: true,
  });
  expect(plan?.hosts["db-1"]?.ports).toEqual({
    "tcp/6379": { by: "services.cache", units: ["redis-server.service"] },
  });
  expect(schema.safeParse(plan).success).toBe(true);
});

test("nobody looks where it is turned off", () => {
  const off = { ...fleet.preflight, enabled: false };
  expect(planPreflight({ ...fleet, preflight: off })).toBeUndefined();
});

test("sites that share a port are one port, named by the first of them", () => {
  const [site] = Object.values(fleet.sites);
  if (!site) throw new Error("no site");
  const sites = {
    b: { ...site, domains: ["b.test"] },
    a: { ...site, domains: ["a.test"] },
  };
  expect(planPreflight({ ...fleet, sites })?.hosts[site.host]?.ports).toEqual({
    [`tcp/${site.port}`]: { by: "sites.a", units: ["nginx.service"] },
  });
});
