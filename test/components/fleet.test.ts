import * as pulumi from "@pulumi/pulumi";
import { preflight as preflightSchema } from "../../components/config/preflight.ts";
import { expect, test } from "vitest";
import { Fleet, Provider, type FleetArgs } from "../../components/index.ts";
import { smallFleet } from "./fleets.ts";
import { generatedPassword, made } from "./recording.ts";

function makeFleet(config: FleetArgs) {
  return made((opts) => {
    const args = { privateKey: "PRIVATE KEY", stack: "me/fleet/test" };
    const provider = new Provider("fleet", args, opts);
    return new Fleet("fleet", config, { ...opts, provider });
  });
}

const all = await makeFleet(smallFleet());
const manifests = all.filter(({ type }) => type === "flotilla:index:Manifest");
const components = all.filter(({ parent }) => parent === "Fleet fleet");

function manifest(parent: string) {
  const found = manifests.find((one) => one.parent === parent);
  if (!found) throw new Error(`no manifest under ${parent}`);
  return found;
}

test("a fleet is its hosts, packages, services, sites, firewalls and gates", () => {
  expect(
    components.map(({ type, name }) => `${type.split(":")[2]} ${name}`).sort(),
  ).toEqual([
    "Firewall db-1-firewall",
    "Firewall web-1-firewall",
    "Gate public-web",
    "Gate web-to-cache",
    "Host db-1",
    "Host web-1",
    "Nginx web",
    "Packages db-1-packages",
    "Packages web-1-packages",
    "Redis cache",
    "StaticSite welcome",
  ]);
});

test("every component has one manifest of its own name, under the fleet's provider", () => {
  expect(manifests).toHaveLength(components.length);
  for (const { name, parent, provider } of manifests) {
    expect(parent.split(" ")[1]).toBe(name);
    expect(provider).toBe("flotilla fleet");
  }
});

test("on a host, packages come first, then services, sites, and the firewall last", () => {
  expect(manifest("Packages web-1-packages").dependencies).toEqual(
    ["Manifest web-1"].sort(),
  );
  expect(manifest("Nginx web").dependencies).toEqual([
    "Manifest web-1-packages",
  ]);
  expect(manifest("StaticSite welcome").dependencies).toEqual(["Manifest web"]);
  expect(manifest("Firewall web-1-firewall").dependencies).toEqual([
    "Manifest web",
    "Manifest web-1-packages",
    "Manifest welcome",
  ]);
});

test("hosts do not wait for each other, but a gate waits for both of its ends", () => {
  const ofDb = ["Manifest db-1-firewall", "Manifest cache"];
  for (const { parent, dependencies } of manifests) {
    if (parent === "Gate web-to-cache") {
      expect(dependencies).toEqual(
        expect.arrayContaining([...ofDb, "Manifest web-1-firewall"]),
      );
    } else if (/web|welcome/.test(parent)) {
      expect(dependencies.join()).not.toMatch(/db-1|cache/);
    }
  }
});

test("a gate looks again when what it looks at changed", () => {
  const { inputs } = manifest("Gate web-to-cache");
  expect(inputs).toMatchObject({
    host: { name: "web-1" },
    items: {},
    gates: {
      "web-to-cache": { kind: "tcp", address: "10.86.0.12", port: 6379 },
    },
    watch: {
      "service:cache": "revision of cache",
      "firewall:db-1": "revision of db-1-firewall",
    },
  });
});

test("only the password's own leaf is secret, and it is nowhere else", () => {
  const withPassword = all.filter(({ inputs }) =>
    JSON.stringify(inputs).includes(generatedPassword),
  );
  expect(withPassword.map(({ parent }) => parent)).toEqual(["Redis cache"]);
  expect(manifest("Redis cache").secrets).toEqual([
    "items file:/etc/redis/flotilla-auth.conf values password",
  ]);
  const secret = all.filter(({ secrets }) => secrets.length > 0);
  expect(secret.map(({ name }) => name).sort()).toEqual(["cache", "fleet"]);
});

test("a break-glass key is on every host, for its login, after its first contact", async () => {
  const breakGlassKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHx9cVtPvh8bYJVGsVXvKJwKZ8sH2mU5cQ7rB3nq0y1d";
  const recorded = await makeFleet({ ...smallFleet(), breakGlassKey });
  const keys = recorded.filter(
    ({ type, name }) => /:Manifest$/.test(type) && /-break-glass$/.test(name),
  );
  expect(keys.map(({ name }) => name).sort()).toEqual([
    "db-1-break-glass",
    "web-1-break-glass",
  ]);
  for (const { name, inputs, dependencies } of keys) {
    expect(Object.keys(inputs["items"] as object)).toEqual([
      "file:/home/flotilla/.ssh/authorized_keys2",
    ]);
    expect(dependencies).toEqual([
      `Manifest ${name.replace("-break-glass", "")}`,
    ]);
  }
});

test("a service's secret is asked for by its name, and stays secret", async () => {
  const fleet = smallFleet();
  const cache = {
    type: "redis" as const,
    host: "db-1",
    port: 6379,
    purge: false,
    password: { secret: "redis" },
  };
  const secret = (name: string) => pulumi.secret(`value of ${name}`);
  const config = { ...fleet, services: { ...fleet.services, cache }, secret };
  const recorded = await makeFleet(config);
  const redis = recorded.find(({ parent }) => parent === "Redis cache");
  expect(redis?.secrets).toEqual([
    "items file:/etc/redis/flotilla-auth.conf values password",
  ]);
  expect(JSON.stringify(redis?.inputs)).toContain("value of redis");
  await expect(makeFleet({ ...config, secret: undefined })).rejects.toThrow(
    "secret: the configuration names the secret redis, and nothing gives its value",
  );
});

test("the SSH key is the provider's alone, and secret there", () => {
  const provider = all.find(({ type }) => type.startsWith("pulumi:providers"));
  expect(provider?.inputs).toEqual({
    privateKey: "PRIVATE KEY",
    stack: "me/fleet/test",
  });
  expect(provider?.secrets).toEqual(["privateKey"]);
});

test("all inputs are the same for any order of the configuration", async () => {
  const { hosts, services, sites, users, flows, firewall } = smallFleet();
  const reversed = await makeFleet({
    flows: reverse(flows),
    sites: reverse(sites),
    services: reverse(services),
    hosts: reverse(hosts),
    users,
    firewall,
  });
  const texts = (list: typeof all) =>
    list.map((one) => JSON.stringify(one)).sort();
  expect(texts(reversed)).toEqual(texts(all));
});

function reverse<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).reverse());
}

test("every host waits until all of them were looked at", async () => {
  const preflight = preflightSchema.parse({});
  const looked = await makeFleet({ ...smallFleet(), preflight });
  const firsts = looked.filter(
    ({ type, parent }) =>
      type === "flotilla:index:Manifest" && parent.startsWith("Host "),
  );
  expect(firsts.map(({ name }) => name).sort()).toEqual(["db-1", "web-1"]);
  for (const { dependencies } of firsts)
    expect(dependencies).toEqual(["Preflight fleet"]);
  const one = looked.find(({ type }) => type.endsWith(":Preflight"));
  expect(one?.dependencies).toEqual([]);
  expect(one?.secrets).toEqual([]);
});
