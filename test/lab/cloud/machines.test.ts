import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cloud } from "../../../lab/cloud/cloud.ts";
import { renderVariables } from "../../../lab/cloud/command.ts";
import {
  labMachines,
  machineSshArguments,
  refuseMachines,
} from "../../../lab/cloud/machines.ts";
import { Lab } from "../../../lab/index.ts";
import { tokens } from "./paper-cloud.ts";
import { PaperHosts } from "./paper-hosts.ts";

let cacheDir: string;

beforeAll(async () => {
  cacheDir = await mkdtemp(path.join(os.tmpdir(), "flotilla-machines-"));
});

afterAll(async () => {
  await rm(cacheDir, { recursive: true });
});

/** A lab whose cloud has one machine at each provider, on paper. */
async function labWithMachines(): Promise<Lab> {
  const lab = await Lab.open({ name: "made", cacheDir });
  const folder = path.join(lab.folder, "cloud");
  await mkdir(folder, { recursive: true });
  const cloud = await Cloud.open({
    stateFile: path.join(folder, "state.json"),
    tokens,
    hosts: new PaperHosts(),
    loadZones: () => undefined,
    loadFilters: async () => undefined,
  });
  const make = (url: string, token: string, body: object) =>
    cloud.app.request(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const server = { server_type: "cx22", image: "debian-12" };
  await make("/v1/servers", tokens.hetzner, { name: "dev-web-1", ...server });
  const droplet = { size: "s-1vcpu-1gb", image: "debian-12-x64" };
  const placed = { ...droplet, region: "fra1" };
  await make("/v2/droplets", tokens.digitalocean, {
    name: "dev-db-1",
    ...placed,
  });
  await cloud.settled();
  return lab;
}

test("a lab without a cloud has no machines, and its hosts are its own", async () => {
  const lab = await Lab.open({ name: "none", cacheDir });
  expect([...(await labMachines(lab))]).toEqual([]);
  await refuseMachines(lab);
});

test("machines of both providers are found by the names that they were given", async () => {
  const machines = await labMachines(await labWithMachines());
  expect([...machines.keys()]).toEqual(["dev-web-1", "dev-db-1"]);
  expect([...machines.values()]).toEqual([
    expect.stringMatching(/^server-\d+$/),
    expect.stringMatching(/^droplet-\d+$/),
  ]);
});

test("what was made through the cloud is not thrown away behind its back", async () => {
  await expect(refuseMachines(await labWithMachines())).rejects.toThrow(
    "hosts of lab made were made through its cloud (dev-web-1, dev-db-1): `cloud down` throws all of it away",
  );
});

test("a machine that is not there is refused with the names of those that are", async () => {
  const ssh = machineSshArguments(await labWithMachines(), "web-1");
  await expect(ssh).rejects.toThrow(
    "no machine web-1 in this lab's cloud (it has: dev-web-1, dev-db-1)",
  );
});

test("what clients read are four lines for a shell", () => {
  const access = { endpoint: "http://127.0.0.1:4000", tokens };
  expect(renderVariables(access).split("\n")).toEqual([
    "export HCLOUD_ENDPOINT=http://127.0.0.1:4000/v1",
    `export HCLOUD_TOKEN=${tokens.hetzner}`,
    "export DIGITALOCEAN_API_URL=http://127.0.0.1:4000",
    `export DIGITALOCEAN_TOKEN=${tokens.digitalocean}`,
  ]);
});
