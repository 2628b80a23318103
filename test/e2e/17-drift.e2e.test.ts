import { execa } from "execa";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprint } from "./drift/fingerprint.ts";
import { Refresher, type Drift } from "./drift/refresher.ts";
import { foreign, rows, type Row } from "./drift/table.ts";
import { TestFleet } from "./test-fleet.ts";

const hosts = ["web-1", "db-1"] as const;
let fleet: TestFleet;
let refresher: Refresher;
let drift: Drift;
let untouched: Map<string, string>;

beforeAll(async () => {
  fleet = await TestFleet.open();
  await declare();
  await fleet.up();
  refresher = await Refresher.open(fleet);
  drift = await refresher.drift();
  expect(drift).toEqual(new Map());
  untouched = await fingerprints();
  await fleet.on("web-1", foreign.make);
});

afterAll(async () => {
  refresher.close();
  await fleet.close();
});

describe("what somebody changes by hand is shown by its name", () => {
  it.each(rows)("$name", async (row) => {
    await fleet.on(row.on, row.holds);
    await fleet.on(row.on, row.byHand);
    await expect(fleet.on(row.on, row.holds)).rejects.toThrow();
    const before = drift;
    drift = await refresher.drift();
    const news = [...drift].filter(([key, seen]) => before.get(key) !== seen);
    expect(news.map(([key]) => key).sort()).toEqual(namesOf(row).sort());
    expect([...before.keys()].filter((key) => !drift.has(key))).toEqual([]);
  });
});

describe("all of it together", () => {
  it("is what a preview names, and nothing else", async () => {
    const { output } = await fleet.mustSucceed(
      ...["preview", "--refresh", "--diff"],
    );
    const shown = [...output.matchAll(/^\s+~ ([\w-]+:\S+)\s*: "/gm)];
    expect(new Set(shown.map(([, key]) => key))).toEqual(
      new Set([...drift.keys()].map((key) => key.split(" ")[1])),
    );
  });

  it("is put back alone, by one job for each manifest that has drifted", async () => {
    const before = await jobs();
    await fleet.up("--refresh");
    const owners = refresher.owners;
    // What is looked at from this machine is no job on a host.
    const onHosts = [...drift.keys()].filter((key) => !/public-web/.test(key));
    const drifted = new Set(onHosts.map((key) => owners.get(key)));
    expect((await jobs()) - before).toBe(drifted.size);
    const now = await fingerprints();
    for (const key of new Set([...rows.flatMap(namesOf)])) {
      untouched.delete(key);
      now.delete(key);
    }
    expect(now).toEqual(untouched);
    expect(now.size).toBeGreaterThan(15);
  });

  it.each(rows)("$name: as it was", async ({ on, holds }) => {
    await fleet.on(on, holds);
  });

  it("leaves what is nobody's, and then nothing is to do", async () => {
    await fleet.on("web-1", foreign.holds);
    const { output } = await fleet.mustSucceed("refresh", "--yes");
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
    expect(await refresher.drift()).toEqual(new Map());
  });
});

/** A fleet with an item of every kind, and of most kinds one that is left alone. */
async function declare(): Promise<void> {
  const { config } = fleet;
  const key = path.join(fleet.folder, "key");
  await execa("ssh-keygen", ["-qt", "ed25519", "-N", "", "-C", "x", "-f", key]);
  const { stdout } = await execa("ssh-keygen", ["-yf", key]);
  const sshKeys = [stdout.trim()];
  const version = await fleet.on(
    "db-1",
    "apt-get -qq update && apt-cache show tree | sed -n 's/^Version: //p'",
  );
  config.hosts["web-1"]["packages"] = ["tree", "time"];
  config.hosts["db-1"]["packages"] = [`tree=${version}`];
  config.hosts["web-1"]["hardening"] = {
    fail2ban: { enabled: false },
    unattendedUpgrades: { enabled: false },
  };
  config.services["node"] = { type: "node-exporter", host: "db-1" };
  config.services["db"] = {
    type: "postgres",
    host: "db-1",
    roles: { shop: {}, reporting: {}, audit: {} },
    databases: {
      shop: { owner: "shop" },
      stock: { owner: "shop" },
      archive: { owner: "shop" },
    },
    grants: {
      shop: { database: "shop", role: "reporting" },
      stock: { database: "stock", role: "reporting" },
    },
  };
  config.sites["manual"] = {
    host: "web-1",
    directory: fleet.siteFolder,
    domains: ["manual.fleet.internal"],
  };
  config.users = {
    alice: { sshKeys },
    bob: { sshKeys, hosts: ["web-1"] },
    carol: { sshKeys, hosts: ["web-1"] },
    webops: { sshKeys, sudo: "webops" },
  };
  await fleet.writeSite("logo.svg", "<svg/>");
  await fleet.configure();
}

function namesOf({ on, shows }: Row): string[] {
  return shows.map((key) => (key.includes(" ") ? key : `${on} ${key}`));
}

async function fingerprints(): Promise<Map<string, string>> {
  const keys = [...refresher.owners.keys()];
  const found = hosts.map((host) =>
    fingerprint(
      fleet,
      host,
      keys
        .filter((key) => key.startsWith(`${host} `))
        .map((key) => key.slice(host.length + 1)),
    ),
  );
  return new Map((await Promise.all(found)).flat());
}

async function jobs(): Promise<number> {
  const counts = hosts.map((host) =>
    fleet.on(host, "cat /var/lib/flotilla/generation"),
  );
  return (await Promise.all(counts)).map(Number).reduce((a, b) => a + b);
}
