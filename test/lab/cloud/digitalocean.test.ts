import { beforeEach, describe, expect, test } from "vitest";
import { makeSshKeys } from "../../ssh-keys.ts";
import { PaperCloud, pick } from "./paper-cloud.ts";

let cloud: PaperCloud;

beforeEach(async () => {
  cloud = await PaperCloud.open();
});

const web = {
  name: "web-1",
  region: "fra1",
  size: "s-1vcpu-1gb",
  image: "debian-12-x64",
};

/** Makes a droplet and waits for it. */
async function make(more: object = {}): Promise<number> {
  const sent = { ...web, ...more };
  const { body, text } = await cloud.ask("POST /v2/droplets", sent);
  expect(text).toContain('"droplet"');
  await cloud.settled();
  return Number(pick(body, "droplet", "id"));
}

const droplet = async (id: number, ...keys: string[]): Promise<unknown> =>
  pick((await cloud.ask(`GET /v2/droplets/${id}`)).body, "droplet", ...keys);

const act = (id: number, body: object) =>
  cloud.ask(`POST /v2/droplets/${id}/actions`, body);

describe("what is refused", () => {
  const refused: [string, object, string][] = [
    ["a size there is none of", { size: "zz" }, "invalid size"],
    ["a region there is none of", { region: "moon" }, "invalid region"],
    ["an image there is none of", { image: 7 }, "invalid image"],
    ["a key there is none of", { ssh_keys: [5] }, "5 are invalid key"],
    ["a name that is no host name", { name: "a_b" }, "'name'"],
    ["a feature that is not served", { backups: true }, "'backups'"],
    ["a field nobody knows", { colour: "red" }, "'colour'"],
    ["a tag that is none", { tags: ["a b"] }, "tags.0"],
    ["user data over 64 KiB", { user_data: "a".repeat(65_537) }, "65536 bytes"],
  ];
  test.each(refused)("fails for %s", async (_, more, says) => {
    const { status, body } = await cloud.ask("POST /v2/droplets", {
      ...web,
      ...more,
    });
    expect(status).toBe(422);
    expect(body["id"]).toBe("unprocessable_entity");
    expect(body["message"]).toContain(says);
    expect(cloud.hosts.installed.size).toBe(0);
  });

  test("fails with Hetzner's token, as 401", async () => {
    const headers = { authorization: `Bearer ${"h".repeat(64)}` };
    const { status, body } = await cloud.ask(
      "GET /v2/droplets",
      undefined,
      headers,
    );
    expect([status, body["id"]]).toEqual([401, "unauthorized"]);
  });

  test("fails for a firewall without rules, and for one of a droplet there is none of", async () => {
    const rule = {
      protocol: "tcp",
      ports: "22",
      sources: { addresses: ["0.0.0.0/0"] },
    };
    const post = (body: object) => cloud.ask("POST /v2/firewalls", body);
    expect((await post({ name: "f" })).text).toContain("at least one rule");
    const gone = { name: "f", inbound_rules: [rule], droplet_ids: [1] };
    expect((await post(gone)).status).toBe(404);
  });
});

describe("a droplet", () => {
  test("is new without an address until its host boots, told what was posted", async () => {
    const key = makeSshKeys().public;
    const made = await cloud.ask("POST /v2/account/keys", {
      name: "me",
      public_key: key,
    });
    const { body } = await cloud.ask("POST /v2/droplets", {
      ...web,
      ssh_keys: [pick(made.body, "ssh_key", "fingerprint")],
      user_data: "#cloud-config\n{}\n",
    });
    expect(body["droplet"]).toMatchObject({
      status: "new",
      locked: true,
      networks: { v4: [], v6: [] },
    });
    await cloud.settled();
    const id = Number(pick(body, "droplet", "id"));
    expect(await droplet(id)).toMatchObject({
      status: "active",
      locked: false,
      networks: {
        v4: [
          {
            ip_address: "198.51.100.1",
            netmask: "255.255.255.0",
            gateway: "198.51.100.254",
            type: "public",
          },
          {
            ip_address: "10.108.0.2",
            netmask: "255.255.240.0",
            gateway: "10.108.0.1",
            type: "private",
          },
        ],
      },
    });
    expect(cloud.hosts.installed.get(`droplet-${id}`)).toEqual({
      hostname: "web-1",
      userData: "#cloud-config\n{}\n",
      authorizedKeys: [key],
      cpus: 1,
    });
  });

  test("is resized when it is off, and never to a smaller disk", async () => {
    const id = await make({ size: "s-1vcpu-2gb" });
    const resize = (size: string) => act(id, { type: "resize", size });
    expect((await resize("s-2vcpu-4gb")).text).toContain("powered off");
    await act(id, { type: "power_off" });
    await cloud.settled();
    expect((await resize("s-1vcpu-1gb")).text).toContain("disk is smaller");
    await resize("s-2vcpu-4gb");
    await cloud.settled();
    expect(await droplet(id, "size_slug")).toBe("s-2vcpu-4gb");
    expect(await droplet(id, "disk")).toBe(50);
    expect(cloud.hosts.installed.get(`droplet-${id}`)?.cpus).toBe(2);
  });

  test("is rebuilt from its snapshot, under the address it had", async () => {
    const id = await make({ user_data: "x" });
    await act(id, { type: "snapshot", name: "before" });
    await cloud.settled();
    const { body } = await cloud.ask(`GET /v2/droplets/${id}/snapshots`);
    const [snapshot] = body["snapshots"] as [{ id: number }];
    const before = await droplet(id, "networks");
    await act(id, { type: "rebuild", image: snapshot.id });
    await cloud.settled();
    expect(await droplet(id, "networks")).toEqual(before);
    expect(cloud.hosts.installed.get(`droplet-${id}`)).toMatchObject({
      snapshot: `snapshot-${snapshot.id}`,
      userData: "x",
    });
  });

  test("fails to do two things at once", async () => {
    const { body } = await cloud.ask("POST /v2/droplets", web);
    cloud.hosts.reboot = () => new Promise(() => undefined);
    await cloud.settled();
    const id = Number(pick(body, "droplet", "id"));
    await act(id, { type: "reboot" });
    const { status, text } = await act(id, { type: "power_off" });
    expect(status).toBe(422);
    expect(text).toContain("pending event");
  });

  test("that is deleted is gone at once, its host with it", async () => {
    const id = await make();
    const request = `DELETE /v2/droplets/${id}`;
    expect((await cloud.ask(request)).status).toBe(204);
    expect((await cloud.ask(request)).body["message"]).toBe(
      "The resource you were accessing could not be found.",
    );
    expect(cloud.hosts.installed.size).toBe(0);
  });
});

describe("lists", () => {
  test("come in pages with links, and select by tag and name", async () => {
    for (const name of ["a", "b", "c"])
      await make({ name, tags: name === "b" ? ["db"] : ["web"] });
    const names = async (query: string) => {
      const { body } = await cloud.ask(`GET /v2/droplets?${query}`);
      return (body["droplets"] as { name: string }[]).map(({ name }) => name);
    };
    expect(await names("tag_name=web")).toEqual(["a", "c"]);
    expect(await names("name=b")).toEqual(["b"]);
    expect(await names("page=2&per_page=2")).toEqual(["c"]);
    const { body } = await cloud.ask("GET /v2/droplets?per_page=2");
    expect(body["meta"]).toEqual({ total: 3 });
    expect(pick(body, "links", "pages", "next")).toMatch(/per_page=2&page=2$/);
    expect(pick(body, "links", "pages", "prev")).toBeUndefined();
  });
});

describe("a firewall", () => {
  test("filters droplets by number and by tag, in and out", async () => {
    const web = await make({ name: "web", tags: ["web"] });
    const db = await make({ name: "db" });
    const made = await cloud.ask("POST /v2/firewalls", {
      name: "fw",
      inbound_rules: [
        { protocol: "tcp", ports: "5432", sources: { tags: ["web"] } },
        { protocol: "icmp", sources: { addresses: ["192.0.2.1"] } },
      ],
      outbound_rules: null,
      droplet_ids: [db],
    });
    const inbound = [
      {
        protocol: "tcp",
        ports: [5432, 5432],
        ranges: ["198.51.100.1", "10.108.0.2"],
      },
      { protocol: "icmp", ranges: ["192.0.2.1"] },
    ];
    const { wires } = cloud.hosts.connections;
    const of = (id: number, last: number) => ({
      host: `droplet-${id}`,
      addresses: [`198.51.100.${last}`],
      privateAddresses: [{ ip: `10.108.0.${last + 1}`, wire: wires[0] }],
      inbound,
      outbound: [],
    });
    const id = String(pick(made.body, "firewall", "id"));
    expect(cloud.filters).toEqual([of(db, 2)]);
    await cloud.ask(`POST /v2/firewalls/${id}/tags`, { tags: ["web"] });
    expect(cloud.filters).toEqual([of(web, 1), of(db, 2)]);
    await cloud.ask(`DELETE /v2/firewalls/${id}/droplets`, {
      droplet_ids: [db],
    });
    await cloud.ask("DELETE /v2/tags/web");
    expect(cloud.filters).toEqual([]);
  });

  test("has a name of its own: a second one of that name is refused", async () => {
    const body = {
      name: "fw",
      inbound_rules: [
        { protocol: "tcp", ports: "22", sources: { addresses: ["0.0.0.0/0"] } },
      ],
    };
    const post = () => cloud.ask("POST /v2/firewalls", body);
    expect((await post()).status).toBe(202);
    const second = await post();
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ message: "duplicate name" });
  });
});

test("a restart keeps droplets, keys, tags and firewalls", async () => {
  const id = await make({ tags: ["web"] });
  const rules = [
    { protocol: "tcp", ports: "all", sources: { addresses: ["::/0"] } },
  ];
  await cloud.ask("POST /v2/firewalls", {
    name: "fw",
    inbound_rules: rules,
    tags: ["web"],
  });
  const before = [await droplet(id), cloud.filters];
  await cloud.restart();
  expect([await droplet(id), cloud.filters]).toEqual(before);
});

test("several droplets are made in one request, and deleted by their tag", async () => {
  const { region, size, image } = web;
  const what = { region, size, image, tags: ["batch"] };
  const asked = { ...what, names: ["a", "b"] };
  const made = await cloud.ask("POST /v2/droplets", asked);
  expect(made.status, made.text).toBe(202);
  expect(made.body["droplets"]).toMatchObject([{ name: "a" }, { name: "b" }]);
  expect(pick(made.body, "links", "actions")).toHaveLength(2);
  const other = await make();
  const all = await cloud.ask("DELETE /v2/droplets");
  expect(all.text).toContain("tag_name is needed");
  expect((await cloud.ask("DELETE /v2/droplets?tag_name=batch")).status).toBe(
    204,
  );
  const { body } = await cloud.ask("GET /v2/droplets");
  expect(body["droplets"]).toMatchObject([{ id: other }]);
});

test("the account says that it is active", async () => {
  const { body } = await cloud.ask("GET /v2/account");
  expect(body["account"]).toMatchObject({ status: "active" });
});
