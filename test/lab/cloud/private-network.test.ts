import { beforeEach, describe, expect, test } from "vitest";
import type { HostNetwork } from "../../../lab/host-network.ts";
import { privateMac } from "../../../lab/cloud/mac.ts";
import { PaperCloud, pick } from "./paper-cloud.ts";

let cloud: PaperCloud;

beforeEach(async () => {
  cloud = await PaperCloud.open();
});

const ask = (request: string, body?: object) => cloud.ask(request, body);

/** How a host is connected now. */
const wiring = (host: string): HostNetwork | undefined =>
  cloud.hosts.connections.hosts.find((given) => given.host === host)?.network;

describe("a network at Hetzner", () => {
  const subnet = {
    type: "cloud",
    ip_range: "10.0.1.0/24",
    network_zone: "eu-central",
  };

  async function makeNetwork(name = "net", more: object = {}): Promise<number> {
    const asked = { name, ip_range: "10.0.0.0/16", subnets: [subnet], ...more };
    const answer = await ask("POST /v1/networks", asked);
    expect(answer.status, answer.text).toBe(201);
    return Number(pick(answer.body, "network", "id"));
  }

  async function makeServer(name: string, more: object = {}): Promise<number> {
    const what = { name, server_type: "cx22", image: "debian-12", ...more };
    const answer = await ask("POST /v1/servers", what);
    expect(answer.status, answer.text).toBe(201);
    await cloud.settled();
    return Number(pick(answer.body, "server", "id"));
  }

  const act = (id: number, action: string, body: object) =>
    ask(`POST /v1/servers/${id}/actions/${action}`, body);

  test("plugs in the servers that are in it, each with the lowest free address", async () => {
    const network = await makeNetwork();
    const one = await makeServer("one", { networks: [network] });
    const two = await makeServer("two");
    await act(two, "attach_to_network", { network });
    await cloud.settled();
    expect(wiring(`server-${one}`)?.links).toEqual([
      {
        wire: network,
        interface: "enp7s0",
        mac: privateMac(network, one),
        addresses: ["10.0.1.1/32"],
        routes: ["10.0.0.0/16"],
      },
    ]);
    expect(wiring(`server-${two}`)?.links[0]?.addresses).toEqual([
      "10.0.1.2/32",
    ]);
    const { body } = await ask(`GET /v1/networks/${network}`);
    expect(body["network"]).toMatchObject({
      servers: [one, two],
      subnets: [{ ...subnet, gateway: "10.0.0.1", vswitch_id: null }],
    });
    const shown = await ask(`GET /v1/servers/${two}`);
    expect(pick(shown.body, "server", "private_net")).toEqual([
      {
        network,
        ip: "10.0.1.2",
        alias_ips: [],
        mac_address: wiring(`server-${two}`)?.links[0]?.mac,
      },
    ]);
  });

  test("is left by a server that is detached, and by all when it is deleted", async () => {
    const network = await makeNetwork();
    const one = await makeServer("one", { networks: [network] });
    const two = await makeServer("two", { networks: [network] });
    await act(one, "detach_from_network", { network });
    expect(wiring(`server-${one}`)?.links).toEqual([]);
    expect(cloud.hosts.connections.wires).toEqual([network]);
    const { status } = await ask(`DELETE /v1/networks/${network}`);
    expect(status).toBe(204);
    expect(wiring(`server-${two}`)?.links).toEqual([]);
    expect(cloud.hosts.connections.wires).toEqual([]);
  });

  test("is not deleted while it is protected, nor a subnet while servers are in it", async () => {
    const network = await makeNetwork();
    const id = await makeServer("one", { networks: [network] });
    const path = `/v1/networks/${network}`;
    await ask(`POST ${path}/actions/change_protection`, { delete: true });
    expect((await ask(`DELETE ${path}`)).status).toBe(423);
    const removal = { ip_range: subnet.ip_range };
    const remove = () => ask(`POST ${path}/actions/delete_subnet`, removal);
    expect((await remove()).text).toContain("resource_in_use");
    await act(id, "detach_from_network", { network });
    await cloud.settled();
    expect((await remove()).status).toBe(201);
  });

  test("gives the address that is asked for, and keeps aliases for their server", async () => {
    const network = await makeNetwork();
    const id = await makeServer("one");
    await act(id, "attach_to_network", { network, ip: "10.0.1.9" });
    await cloud.settled();
    const alias_ips = ["10.0.1.11"];
    await act(id, "change_alias_ips", { network, alias_ips });
    await cloud.settled();
    const other = await makeServer("two");
    for (const ip of ["10.0.1.9", "10.0.1.11", "10.0.1.255", "10.0.2.1"]) {
      const { text } = await act(other, "attach_to_network", { network, ip });
      expect(text).toContain("ip_not_available");
    }
    expect(wiring(`server-${id}`)?.links[0]?.addresses).toEqual([
      "10.0.1.9/32",
    ]);
  });

  test.each([
    [
      "a range that is not private",
      { ip_range: "8.8.0.0/16" },
      "private range",
    ],
    ["a range with host bits", { ip_range: "10.0.0.1/16" }, "private range"],
    [
      "a subnet outside of its range",
      { subnets: [{ ...subnet, ip_range: "10.1.0.0/24" }] },
      "is not in the network's",
    ],
    ["subnets that overlap", { subnets: [subnet, subnet] }, "overlaps with"],
    ["routes", { routes: [{}] }, "routes.0"],
  ])("fails with %s", async (_, more, says) => {
    const asked = { name: "net", ip_range: "10.0.0.0/16", ...more };
    const { status, text } = await ask("POST /v1/networks", asked);
    expect(status).toBe(422);
    expect(text).toContain(says);
  });

  test("fails for a server that is in it already, or in one that overlaps", async () => {
    const network = await makeNetwork();
    const other = await makeNetwork("other", { ip_range: "10.0.0.0/8" });
    const id = await makeServer("one", { networks: [network] });
    const both = { networks: [network, other], server_type: "cx22" };
    const what = { name: "two", image: "debian-12", ...both };
    const { text } = await ask("POST /v1/servers", what);
    expect(text).toContain("networks_overlap");
    expect(cloud.hosts.allotted).toEqual([`server-${id}`]);
    const attach = async (to: number) =>
      (await act(id, "attach_to_network", { network: to })).text;
    expect(await attach(network)).toContain("server_already_attached");
    expect(await attach(other)).toContain("networks_overlap");
  });

  test("is as it was after a restart", async () => {
    const network = await makeNetwork();
    await makeServer("one", { networks: [network] });
    const before = cloud.hosts.connections;
    await cloud.restart();
    expect(cloud.hosts.connections).toEqual(before);
  });
});

describe("a VPC at DigitalOcean", () => {
  const app = {
    name: "app",
    region: "fra1",
    size: "s-1vcpu-1gb",
    image: "debian-12-x64",
  };

  async function makeDroplet(more: object = {}): Promise<number> {
    const answer = await ask("POST /v2/droplets", { ...app, ...more });
    expect(answer.status, answer.text).toBe(202);
    await cloud.settled();
    return Number(pick(answer.body, "droplet", "id"));
  }

  async function makeVpc(more: object = {}): Promise<string> {
    const asked = { name: "net", region: "fra1", ...more };
    const answer = await ask("POST /v2/vpcs", asked);
    expect(answer.status, answer.text).toBe(201);
    return String(pick(answer.body, "vpc", "id"));
  }

  test("is the region's default one unless another is asked for", async () => {
    const id = await makeDroplet();
    const { body } = await ask("GET /v2/vpcs");
    expect(body["vpcs"]).toMatchObject([
      { name: "default-fra1", default: true, ip_range: "10.108.0.0/20" },
    ]);
    expect(wiring(`droplet-${id}`)?.links).toMatchObject([
      { interface: "eth1", addresses: ["10.108.0.2/20"], routes: [] },
    ]);
    const vpc_uuid = await makeVpc({ ip_range: "10.20.0.0/24" });
    const other = await makeDroplet({ vpc_uuid });
    expect(wiring(`droplet-${other}`)?.links).toMatchObject([
      { interface: "eth1", addresses: ["10.20.0.2/24"] },
    ]);
    const { body: shown } = await ask(`GET /v2/droplets/${other}`);
    expect(pick(shown, "droplet", "vpc_uuid")).toBe(vpc_uuid);
  });

  test("fails to overlap with another, to be deleted with members, or as the default one", async () => {
    const vpc_uuid = await makeVpc({ ip_range: "10.20.0.0/24" });
    const overlap = { name: "b", region: "fra1", ip_range: "10.20.0.0/16" };
    const { text } = await ask("POST /v2/vpcs", overlap);
    expect(text).toContain("overlaps with another VPC");
    const id = await makeDroplet({ vpc_uuid });
    const remove = () => ask(`DELETE /v2/vpcs/${vpc_uuid}`);
    expect((await remove()).text).toContain("Can not delete VPC with members");
    await ask(`DELETE /v2/droplets/${id}`);
    await ask(`PUT /v2/vpcs/${vpc_uuid}`, { default: true });
    expect((await remove()).text).toContain("Can not delete default VPCs");
    await ask(`PUT /v2/vpcs/${await makeVpc({ name: "b" })}`, {
      default: true,
    });
    expect((await remove()).status).toBe(204);
  });

  test("fails for one of another region", async () => {
    const vpc_uuid = await makeVpc({ region: "ams3" });
    const answer = await ask("POST /v2/droplets", { ...app, vpc_uuid });
    expect(answer.status).toBe(422);
  });
});

describe("IPv6", () => {
  test("is a server's unless it is asked to do without, a droplet's when it is asked for", async () => {
    const server = { name: "a", server_type: "cx22", image: "debian-12" };
    const { body } = await ask("POST /v1/servers", server);
    await ask("POST /v1/servers", {
      ...server,
      name: "b",
      public_net: { enable_ipv6: false },
    });
    expect(pick(body, "server", "public_net", "ipv6", "ip")).toBe(
      "fd5e:91c7:c633:6401::/64",
    );
    const droplet = {
      name: "c",
      region: "fra1",
      size: "s-1vcpu-1gb",
      image: "debian-12-x64",
    };
    const made = await ask("POST /v2/droplets", { ...droplet, ipv6: true });
    await cloud.settled();
    const id = String(pick(made.body, "droplet", "id"));
    const shown = await ask(`GET /v2/droplets/${id}`);
    expect(pick(shown.body, "droplet", "networks", "v6")).toEqual([
      {
        ip_address: "fd5e:91c7:c633:6403::1",
        netmask: 64,
        gateway: "fd5e:91c7:c633:64fe::1",
        type: "public",
      },
    ]);
    const given = cloud.hosts.connections.hosts.map(
      ({ network }) => network.addresses,
    );
    expect(given).toEqual([
      ["fd5e:91c7:c633:6401::1/64"],
      [],
      ["fd5e:91c7:c633:6403::1/64"],
    ]);
  });
});
