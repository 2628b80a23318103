import { readFile, writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { HostNetwork } from "../../../lab/host-network.ts";
import { PaperCloud, pick, type Answer } from "./paper-cloud.ts";

let cloud: PaperCloud;

beforeEach(async () => {
  cloud = await PaperCloud.open();
});

const ask = (request: string, body?: object) => cloud.ask(request, body);
const idOf = (answer: Answer, key: string) =>
  Number(pick(answer.body, key, "id"));
const codeOf = (answer: Answer) => [
  answer.status,
  pick(answer.body, "error", "code"),
];

async function reserve(more: object = {}): Promise<number> {
  const asked = { name: "keep", type: "ipv4", location: "fsn1", ...more };
  return idOf(await ask("POST /v1/primary_ips", asked), "primary_ip");
}

async function tryServer(more: object = {}): Promise<Answer> {
  const what = { name: "web-1", server_type: "cx22", image: "debian-12" };
  const answer = await ask("POST /v1/servers", { ...what, ...more });
  await cloud.settled();
  return answer;
}

const makeServer = async (more: object = {}) =>
  idOf(await tryServer(more), "server");

async function act(
  id: number,
  action: string,
  body: object = {},
): Promise<Answer> {
  const answer = await ask(
    `POST /v1/primary_ips/${id}/actions/${action}`,
    body,
  );
  await cloud.settled();
  return answer;
}

async function power(server: number, action: string): Promise<void> {
  await ask(`POST /v1/servers/${server}/actions/${action}`, {});
  await cloud.settled();
}

const network = (server: number): HostNetwork | undefined =>
  cloud.hosts.connections.hosts.find(({ host }) => host === `server-${server}`)
    ?.network;

async function shown(): Promise<unknown[]> {
  const { body } = await ask("GET /v1/primary_ips");
  return (body["primary_ips"] as object[]).map((one) => [
    ...[pick(one, "type"), pick(one, "ip")],
    ...[pick(one, "assignee_id"), pick(one, "auto_delete")],
  ]);
}

test("every server's addresses are primary IPs, which go with it", async () => {
  const server = await makeServer();
  expect(await shown()).toEqual([
    ["ipv4", "198.51.100.1", server, true],
    ["ipv6", "fd5e:91c7:c633:6401::/64", server, true],
  ]);
  await ask(`DELETE /v1/servers/${server}`);
  await cloud.settled();
  expect(await shown()).toEqual([]);
  expect(cloud.hosts.connections.addresses).toEqual([]);
});

test("a server takes the address that it is made with, and leaves it behind", async () => {
  const id = await reserve();
  const server = await makeServer({ public_net: { ipv4: id } });
  expect(network(server)?.ipv4).toBe("198.51.100.1");
  await cloud.restart();
  await ask(`DELETE /v1/servers/${server}`);
  await cloud.settled();
  expect(await shown()).toEqual([["ipv4", "198.51.100.1", null, false]]);
  expect(cloud.hosts.connections.addresses).toEqual(["198.51.100.1"]);
  const next = await makeServer({ public_net: { ipv4: id } });
  expect(network(next)?.ipv4).toBe("198.51.100.1");
});

test("an address moves from one server to another while they are off, and the firewall in front of them with it", async () => {
  const id = await reserve();
  const one = await makeServer({ public_net: { ipv4: id } });
  const rule = { direction: "in", protocol: "icmp", source_ips: ["0.0.0.0/0"] };
  const applied = [{ type: "server", server: { id: one } }];
  await ask("POST /v1/firewalls", {
    ...{ name: "fw", rules: [rule], apply_to: applied },
  });
  expect(cloud.filters[0]?.addresses).toContain("198.51.100.1");
  const other = await makeServer({
    ...{ name: "web-2", public_net: { enable_ipv4: false } },
  });
  expect(network(other)?.ipv4).toBeNull();
  for (const server of [one, other]) await power(server, "poweroff");
  expect((await act(id, "unassign")).status).toBe(201);
  expect(network(one)?.ipv4).toBeNull();
  expect(cloud.filters[0]?.addresses).not.toContain("198.51.100.1");
  await act(id, "assign", { assignee_id: other, assignee_type: "server" });
  expect(network(other)?.ipv4).toBe("198.51.100.1");
});

test("a server that is off is given an address of its own", async () => {
  const server = await makeServer({ public_net: { enable_ipv4: false } });
  await power(server, "poweroff");
  const asked = { name: "more", type: "ipv4", assignee_id: server };
  const answer = await ask("POST /v1/primary_ips", asked);
  expect(pick(answer.body, "primary_ip", "assignee_id")).toBe(server);
  expect(pick(answer.body, "action", "command")).toBe("assign_primary_ip");
  expect(network(server)?.ipv4).toBe(pick(answer.body, "primary_ip", "ip"));
});

test("a network of IPv6 is one too", async () => {
  const id = await reserve({ type: "ipv6" });
  const server = await makeServer({ public_net: { ipv6: id } });
  expect(network(server)?.addresses).toEqual(["fd5e:91c7:c633:6401::1/64"]);
});

test("names of addresses are kept, and taken away again", async () => {
  const id = await reserve();
  const server = await makeServer({ public_net: { ipv4: id } });
  const ip = "198.51.100.1";
  const usual = `static.${ip}.clients.flotilla.internal`;
  const names = async () => [
    pick(
      (await ask(`GET /v1/primary_ips/${id}`)).body,
      "primary_ip",
      "dns_ptr",
    ),
    pick(
      (await ask(`GET /v1/servers/${server}`)).body,
      ...["server", "public_net", "ipv4", "dns_ptr"],
    ),
  ];
  await act(id, "change_dns_ptr", { ip, dns_ptr: "a.test" });
  expect(await names()).toEqual([[{ ip, dns_ptr: "a.test" }], "a.test"]);
  const below = `/v1/servers/${server}/actions/change_dns_ptr`;
  await ask(`POST ${below}`, { ip, dns_ptr: null });
  expect(await names()).toEqual([[{ ip, dns_ptr: usual }], usual]);
  expect(
    codeOf(await act(id, "change_dns_ptr", { ip: "192.0.2.1", dns_ptr: "a" })),
  ).toEqual([422, "invalid_input"]);
});

describe("fails", () => {
  test("to make a server with an address that another has, of another kind or elsewhere, or with none at all", async () => {
    const id = await reserve();
    const ask4 = { public_net: { ipv4: id } };
    expect(codeOf(await tryServer({ ...ask4, location: "hel1" }))).toEqual([
      ...[422, "primary_ip_datacenter_mismatch"],
    ]);
    expect(codeOf(await tryServer({ public_net: { ipv6: id } }))).toEqual([
      ...[412, "primary_ip_version_mismatch"],
    ]);
    await makeServer(ask4);
    expect(codeOf(await tryServer({ ...ask4, name: "web-2" }))).toEqual([
      ...[422, "primary_ip_assigned"],
    ]);
    const none = { enable_ipv4: false, enable_ipv6: false };
    expect(codeOf(await tryServer({ name: "x", public_net: none }))).toEqual([
      ...[422, "invalid_input"],
    ]);
    expect(
      codeOf(await tryServer({ name: "x", public_net: { ipv4: 1 } })),
    ).toEqual([...[404, "not_found"]]);
  });

  test("to move an address of a server that runs, and to give away what is taken", async () => {
    const id = await reserve();
    const server = await makeServer({ public_net: { ipv4: id } });
    const to = { assignee_id: server };
    expect(codeOf(await act(id, "unassign"))).toEqual([
      ...[422, "server_not_stopped"],
    ]);
    expect(codeOf(await act(id, "assign", to))).toEqual([
      ...[422, "primary_ip_already_assigned"],
    ]);
    const spare = await reserve({ name: "spare" });
    expect(codeOf(await act(spare, "assign", to))).toEqual([
      ...[422, "server_not_stopped"],
    ]);
    await power(server, "poweroff");
    expect(codeOf(await act(spare, "assign", to))).toEqual([
      ...[422, "server_has_ipv4"],
    ]);
    const far = await reserve({ name: "far", location: "hel1" });
    expect(codeOf(await act(far, "assign", to))).toEqual([
      ...[422, "primary_ip_datacenter_mismatch"],
    ]);
  });

  test("to delete one that is assigned, or protected", async () => {
    const id = await reserve();
    const server = await makeServer({ public_net: { ipv4: id } });
    const drop = () => ask(`DELETE /v1/primary_ips/${id}`);
    expect(codeOf(await drop())).toEqual([422, "must_be_unassigned"]);
    await power(server, "poweroff");
    await act(id, "unassign");
    await act(id, "change_protection", { delete: true });
    expect(codeOf(await drop())).toEqual([423, "protected"]);
    await act(id, "change_protection", { delete: false });
    expect((await drop()).status).toBe(204);
    expect(cloud.hosts.connections.addresses).not.toContain("198.51.100.1");
  });

  test.each([
    ["a name that is taken", { location: "fsn1" }, 409, "uniqueness_error"],
    ["no place", { name: "two" }, 422, "invalid_input"],
    ["no such place", { name: "two", location: "moon" }, 422, "invalid_input"],
  ])("to make one with %s", async (_, more, status, code) => {
    await reserve();
    const asked = { name: "keep", type: "ipv4", ...more };
    const answer = await ask("POST /v1/primary_ips", asked);
    expect(codeOf(answer)).toEqual([status, code]);
  });
});

test("a state from before there were primary IPs has them for its servers", async () => {
  const server = await makeServer();
  const before = await shown();
  const state: unknown = JSON.parse(await readFile(cloud.stateFile, "utf8"));
  Reflect.deleteProperty(pick(state, "hetzner") as object, "primaryIps");
  await writeFile(cloud.stateFile, JSON.stringify(state));
  await cloud.restart();
  expect(await shown()).toEqual(before);
  await ask(`DELETE /v1/servers/${server}`);
  await cloud.settled();
  expect(await shown()).toEqual([]);
});
