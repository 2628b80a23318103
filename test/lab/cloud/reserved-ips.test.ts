import { beforeEach, describe, expect, test } from "vitest";
import { PaperCloud, pick, type Answer } from "./paper-cloud.ts";

let cloud: PaperCloud;

beforeEach(async () => {
  cloud = await PaperCloud.open();
});

const ask = (request: string, body?: object) => cloud.ask(request, body);
const messageOf = ({ status, body }: Answer) => [status, body["message"]];

async function makeDroplet(name: string, region = "fra1"): Promise<number> {
  const what = { size: "s-1vcpu-1gb", image: "debian-12-x64" };
  const answer = await ask("POST /v2/droplets", { ...what, name, region });
  await cloud.settled();
  return Number(pick(answer.body, "droplet", "id"));
}

async function reserve(asked: object = { region: "fra1" }): Promise<string> {
  const answer = await ask("POST /v2/reserved_ips", asked);
  expect(answer.status, answer.text).toBe(202);
  return String(pick(answer.body, "reserved_ip", "ip"));
}

const act = (ip: string, body: object) =>
  ask(`POST /v2/reserved_ips/${ip}/actions`, body);

const owner = async (ip: string) =>
  pick(
    (await ask(`GET /v2/reserved_ips/${ip}`)).body,
    ...["reserved_ip", "droplet", "id"],
  );

const addresses = (droplet: number) =>
  cloud.hosts.connections.hosts.find(
    ({ host }) => host === `droplet-${droplet}`,
  )?.network.addresses;

test("an address leads to the droplet that it is assigned to, moves to another at once, and stays when that goes", async () => {
  const [one, other] = [await makeDroplet("one"), await makeDroplet("other")];
  const ip = await reserve();
  expect(await owner(ip)).toBeUndefined();
  for (const droplet of [one, other]) {
    const assigned = await act(ip, { type: "assign", droplet_id: droplet });
    expect(pick(assigned.body, "action", "type")).toBe("assign_ip");
    expect(await owner(ip)).toBe(droplet);
    expect(addresses(droplet)).toEqual([`${ip}/32`]);
  }
  expect(addresses(one)).toEqual([]);
  await cloud.restart();
  await ask(`DELETE /v2/droplets/${other}`);
  expect(await owner(ip)).toBeUndefined();
  expect(cloud.hosts.connections.addresses).toEqual([ip]);
  expect((await ask(`DELETE /v2/reserved_ips/${ip}`)).status).toBe(204);
  expect(cloud.hosts.connections.addresses).toEqual([]);
});

test("a droplet shows its own address first, then the reserved one, and both are filtered", async () => {
  const droplet = await makeDroplet("one");
  const sources = { addresses: ["0.0.0.0/0"] };
  await ask("POST /v2/firewalls", {
    ...{ name: "ssh", droplet_ids: [droplet], outbound_rules: [] },
    inbound_rules: [{ protocol: "tcp", ports: "22", sources }],
  });
  const ip = await reserve({ droplet_id: droplet });
  const { body } = await ask(`GET /v2/droplets/${droplet}`);
  const shown = pick(body, "droplet", "networks", "v4") as object[];
  expect(shown.map((one) => pick(one, "ip_address")).slice(0, 2)).toEqual([
    ...["198.51.100.1", ip],
  ]);
  expect(cloud.filters[0]?.addresses).toEqual(["198.51.100.1", ip]);
});

test("what was done with an address is listed, the newest first", async () => {
  const droplet = await makeDroplet("one");
  const ip = await reserve({ droplet_id: droplet });
  const { body } = await act(ip, { type: "unassign" });
  const list = await ask(`GET /v2/reserved_ips/${ip}/actions`);
  const actions = list.body["actions"] as object[];
  expect(actions.map((one) => pick(one, "type"))).toEqual([
    ...["unassign_ip", "assign_ip"],
  ]);
  expect(pick(actions[0], "region_slug")).toBe("fra1");
  const id = Number(pick(body, "action", "id"));
  const one = await ask(`GET /v2/reserved_ips/${ip}/actions/${id}`);
  expect(pick(one.body, "action")).toEqual(actions[0]);
});

describe("fails", () => {
  test("to lead an address where it cannot lead", async () => {
    const [near, far] = [
      await makeDroplet("near"),
      await makeDroplet("far", "nyc3"),
    ];
    const ip = await reserve();
    const to = (droplet_id: number) => ({ type: "assign", droplet_id });
    expect(messageOf(await act(ip, to(far)))).toEqual([
      ...[422, "The Droplet is not in the Reserved IP's region."],
    ]);
    expect(messageOf(await act(ip, { type: "unassign" }))).toEqual([
      ...[422, "The Reserved IP is not assigned."],
    ]);
    expect((await act(ip, to(1))).status).toBe(404);
    await reserve({ droplet_id: near });
    expect(messageOf(await act(ip, to(near)))).toEqual([
      ...[422, "The Droplet already has a Reserved IP."],
    ]);
  });

  test("to reserve nowhere, and more than an account may have", async () => {
    expect((await ask("POST /v2/reserved_ips", {})).status).toBe(422);
    for (let count = 0; count < 20; count++) await reserve();
    const { body } = await ask("GET /v2/account");
    expect(pick(body, "account", "reserved_ip_limit")).toBe(20);
    const answer = await ask("POST /v2/reserved_ips", { region: "fra1" });
    expect(messageOf(answer)).toEqual([
      ...[422, "You have reached the limit of your Reserved IPs."],
    ]);
  });
});
