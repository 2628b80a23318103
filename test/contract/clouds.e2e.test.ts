import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { PaperCloud, tokens } from "../lab/cloud/paper-cloud.ts";
import { makeSshKeys } from "../ssh-keys.ts";
import { EngineProject } from "./engine-project.ts";

const program = `
const { SshKey, Firewall, Server, getFirewallsOutput, getServersOutput } = require("@pulumi/hcloud");
const digitalocean = require("@pulumi/digitalocean");
const publicKey = process.env.PUBLIC_KEY;
const { name = "one", role = "web", userData = "#cloud-config" } = JSON.parse(process.env.WANTED);
const opened = { sourceIps: ["0.0.0.0/0"], direction: "in", protocol: "tcp", port: "22" };
const key = new SshKey("key", { publicKey });
const firewall = new Firewall("firewall", { rules: [opened] });
const server = new Server("server", {
  name, userData,
  serverType: "cx22", image: "debian-12", location: "fsn1",
  labels: { role },
  sshKeys: [key.id],
  firewallIds: [firewall.id.apply(Number)],
});
const dropletKey = new digitalocean.SshKey("droplet-key", { publicKey });
const droplet = new digitalocean.Droplet("droplet", {
  name, userData,
  size: "s-1vcpu-1gb", image: "debian-12-x64", region: "fra1",
  tags: [role],
  sshKeys: [dropletKey.fingerprint],
});
new digitalocean.Firewall("droplet-firewall", {
  inboundRules: [{ protocol: "tcp", portRange: "22", sourceAddresses: ["0.0.0.0/0"] }],
  dropletIds: [droplet.id.apply(Number)],
});
exports.server = server.id;
exports.droplet = droplet.id;
exports.addresses = [server.ipv4Address, droplet.ipv4Address];
exports.found = server.id.apply(() => getServersOutput({ withSelector: "role=" + role }).servers)
  .apply((servers) => servers.map((one) => one.name));
exports.foundRules = firewall.id.apply(() => getFirewallsOutput({ withSelector: "!role" }).firewalls)
  .apply((firewalls) => firewalls.flatMap((one) => one.rules));
exports.foundDroplets = droplet.id.apply(() => digitalocean.getDropletsOutput({ filters: [{ key: "tags", values: [role] }] }).droplets)
  .apply((droplets) => droplets.map((one) => one.name));
`;

const outputs = z.object({
  server: z.string(),
  droplet: z.string(),
  addresses: z.array(z.string()),
  found: z.array(z.string()),
  foundRules: z.array(z.looseObject({})),
  foundDroplets: z.array(z.string()),
});
const counts = z.record(z.string(), z.number());
const preview = z.looseObject({ changeSummary: counts });

interface Wanted {
  readonly name?: string;
  readonly role?: string;
  readonly userData?: string;
}

let project: EngineProject;
let cloud: PaperCloud;
let close: () => void;

beforeAll(async () => {
  cloud = await PaperCloud.open();
  const listening = await cloud.listen();
  close = listening.close;
  project = await EngineProject.open("clouds", program, {
    PUBLIC_KEY: makeSshKeys().public,
    HCLOUD_ENDPOINT: `${listening.endpoint}/v1`,
    HCLOUD_TOKEN: tokens.hetzner,
    DIGITALOCEAN_API_URL: listening.endpoint,
    DIGITALOCEAN_TOKEN: tokens.digitalocean,
    ...asVariables({}),
  });
});

afterAll(async () => {
  close();
  await project.close();
});

function asVariables(wanted: Wanted): Record<string, string> {
  return { WANTED: JSON.stringify(wanted) };
}

/** What an update would do. */
async function previewOf(wanted: Wanted): Promise<Record<string, number>> {
  const text = await project.pulumi(["preview", "--json"], asVariables(wanted));
  return preview.parse(JSON.parse(text)).changeSummary;
}

async function readOutputs(): Promise<z.output<typeof outputs>> {
  const text = await project.pulumi(["stack", "output", "--json"]);
  return outputs.parse(JSON.parse(text));
}

it("makes machines at both clouds, says what would change them or replace them, sees that one has gone, and takes them down", async () => {
  expect(await project.changesOf("up")).toEqual({ create: 7 });
  const made = await readOutputs();
  expect(made.addresses.sort()).toEqual(["198.51.100.1", "198.51.100.2"]);
  expect(made.found).toEqual(["one"]);
  expect(made.foundRules).toMatchObject([
    { direction: "in", protocol: "tcp", port: "22", sourceIps: ["0.0.0.0/0"] },
  ]);
  expect(made.foundDroplets).toEqual(["one"]);
  expect(await project.changesOf("up")).toEqual({ same: 7 });

  expect(await previewOf({ role: "db" })).toEqual({
    update: 2,
    same: 5,
  });
  expect(await previewOf({ userData: "#!x" })).toMatchObject({
    replace: 2,
  });
  expect(
    await project.changesOf("up", asVariables({ name: "two", role: "db" })),
  ).toEqual({
    update: 2,
    same: 5,
  });

  await cloud.ask(`DELETE /v1/servers/${made.server}`);
  await cloud.ask(`DELETE /v2/droplets/${made.droplet}`);
  await cloud.settled();
  expect(await project.changesOf("refresh")).toMatchObject({ delete: 2 });
  expect(cloud.hosts.installed.size).toBe(0);

  expect(await project.changesOf("destroy")).toEqual({ delete: 5 });
});
