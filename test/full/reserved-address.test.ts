import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudFleet } from "../e2e/cloud-fleet.ts";

const names = ["web-1", "db-1"] as const;

let clouds: CloudFleet;

beforeAll(async () => {
  clouds = await CloudFleet.open();
  const { config } = clouds.fleet;
  Object.assign(config.services, { edge: { type: "nginx", host: "db-1" } });
  const { directory } = config.sites["welcome"] as { directory: string };
  Object.assign(config.sites, { edge: { host: "db-1", directory } });
  Object.assign(config.flows, {
    "public-edge": { from: "anywhere", to: "db-1", port: 80 },
  });
  await configure({ reservedAddress: true, protect: false });
  await clouds.fleet.up();
});

afterAll(async () => {
  await clouds.close();
});

/** Sets keys of both hosts, the server and the droplet. */
async function configure(keys: object): Promise<void> {
  const { hosts } = clouds.fleet.config;
  for (const name of names) Object.assign(hosts[name], keys);
  await clouds.fleet.configure();
}

/** Where both hosts are, as the stack says; each shows its page there. */
async function seen(): Promise<readonly string[]> {
  const addresses = [];
  for (const name of names) {
    const address = await clouds.address(name);
    const site = await fetch(`http://${address}/`);
    expect(await site.text()).toContain("first page");
    addresses.push(address);
  }
  return addresses;
}

/** The reserved addresses that both providers have. */
async function reserved(): Promise<readonly string[]> {
  const primary = await clouds.hetzner("GET", "/primary_ips");
  const { primary_ips } = primary as {
    primary_ips: { ip: string; type: string; auto_delete: boolean }[];
  };
  const other = await clouds.digitalocean("GET", "/reserved_ips");
  const { reserved_ips } = other as { reserved_ips: { ip: string }[] };
  return [
    ...primary_ips.filter(({ auto_delete }) => !auto_delete),
    ...reserved_ips,
  ].map(({ ip }) => ip);
}

/** The machines, by name; both providers number them from one count. */
async function machines(): Promise<Readonly<Record<string, number>>> {
  const listed = await clouds.digitalocean("GET", "/droplets");
  const { droplets } = listed as { droplets: { name: string; id: number }[] };
  const own = droplets.map(({ name, id }) => [name, id] as const);
  return { ...(await clouds.servers()), ...Object.fromEntries(own) };
}

describe("another generation", () => {
  it("has the address of the one before, at both providers, and its visitors see the page again", async () => {
    const before = await seen();
    expect(await reserved()).toEqual(before);
    await configure({ generation: "2" });
    await clouds.fleet.up();
    const made = Object.keys(await machines());
    expect(made.sort()).toEqual(["e2e-db-1-2", "e2e-web-1-2"]);
    expect(await seen()).toEqual(before);
    expect(await reserved()).toEqual(before);
    await clouds.fleet.mustSucceed("preview", "--expect-no-changes");
  });
});

describe("the same machines", () => {
  it("go on without their reserved addresses, which are given back", async () => {
    const [before, were] = [await seen(), await machines()];
    await clouds.fleet.mustSucceed("refresh", "--yes");
    await configure({ reservedAddress: false });
    await clouds.fleet.up();
    expect(await machines()).toEqual(were);
    const [web, edge] = await seen();
    expect(before).not.toContain(web);
    expect(before).not.toContain(edge);
    expect(await reserved()).toEqual([]);
  });

  it("get others, and the preview says so", async () => {
    const [before, were] = [await seen(), await machines()];
    await configure({ reservedAddress: true, protect: true });
    const { output } = await clouds.fleet.mustSucceed("preview");
    expect(output).toMatch(/hcloud:index:Server web-1\S* update .*publicNets/);
    expect(output).toMatch(/hcloud:index:PrimaryIp web-1-address create/);
    expect(output).toMatch(/ReservedIpAssignment db-1-address-\S* create/);
    await clouds.fleet.up();
    expect(await machines()).toEqual(were);
    const after = await seen();
    expect(await reserved()).toEqual(after);
    for (const address of before) expect(after).not.toContain(address);
  });
});

describe("what a protected host has", () => {
  it("is its address too", async () => {
    await configure({ reservedAddress: false });
    const { code, output } = await clouds.fleet.pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toMatch(/web-1-address.* cannot be deleted/);
    expect(output).toMatch(/db-1-address.* cannot be deleted/);
    await configure({ reservedAddress: true, protect: false });
    await clouds.fleet.up();
  });
});

describe("another location", () => {
  it("is another address, in one update", async () => {
    const before = await seen();
    const { hosts } = clouds.fleet.config;
    Object.assign(hosts["web-1"], { location: "hel1" });
    Object.assign(hosts["db-1"], { location: "nyc3" });
    await clouds.fleet.configure();
    await clouds.fleet.up();
    const after = await seen();
    expect(await reserved()).toEqual(after);
    for (const address of before) expect(after).not.toContain(address);
  });
});

describe("a host that is taken out", () => {
  it("takes its address along, which is nobody's any more", async () => {
    await clouds.fleet.mustSucceed("destroy", "--yes");
    expect(await machines()).toEqual({});
    expect(await reserved()).toEqual([]);
  });
});
