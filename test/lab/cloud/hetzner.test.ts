import { beforeEach, describe, expect, test } from "vitest";
import { makeSshKeys } from "../../ssh-keys.ts";
import { PaperCloud, pick } from "./paper-cloud.ts";

let cloud: PaperCloud;

beforeEach(async () => {
  cloud = await PaperCloud.open();
});

const web = { name: "web-1", server_type: "cx22", image: "debian-12" };
const ssh = {
  direction: "in",
  protocol: "tcp",
  port: "22",
  source_ips: ["0.0.0.0/0", "::/0"],
};

/** Makes a thing and gives its number; fails when it is refused. */
async function make(kind: string, key: string, body: object): Promise<number> {
  const answer = await cloud.ask(`POST /v1/${kind}`, body);
  expect(answer.text).toContain(`"${key}"`);
  await cloud.settled();
  return Number(pick(answer.body, key, "id"));
}

const names = async (path: string, key = "servers"): Promise<unknown[]> => {
  const { body } = await cloud.ask(`GET /v1/${path}`);
  return (body[key] as { name: string }[]).map(({ name }) => name);
};

describe("the token", () => {
  test.each([
    ["no token", {}],
    ["another token", { authorization: `Bearer ${"x".repeat(64)}` }],
    ["a token of another length", { authorization: "Bearer x" }],
  ])("fails with %s as 401", async (_, headers) => {
    const { status, body } = await cloud.ask(
      "GET /v1/servers",
      undefined,
      headers,
    );
    expect(status).toBe(401);
    expect(body).toEqual({
      error: {
        code: "unauthorized",
        message: "unable to authenticate",
        details: null,
      },
    });
  });
});

describe("what is refused", () => {
  const refused: [string, string, object, number, string, string][] = [
    [
      "a type there is none of",
      "servers",
      { ...web, server_type: "zz" },
      422,
      "invalid_input",
      "there is no server type zz",
    ],
    [
      "an image there is none of",
      "servers",
      { ...web, image: "nope" },
      422,
      "invalid_input",
      "there is no image nope",
    ],
    [
      "a location there is none of",
      "servers",
      { ...web, location: "moon" },
      422,
      "invalid_input",
      "there is no location moon",
    ],
    [
      "a key there is none of",
      "servers",
      { ...web, ssh_keys: ["me"] },
      404,
      "not_found",
      "SSH key me not found",
    ],
    [
      "a name that is no host name",
      "servers",
      { ...web, name: "a_b" },
      422,
      "invalid_input",
      "'name'",
    ],
    [
      "a field that is not served",
      "servers",
      { ...web, volumes: [1] },
      422,
      "invalid_input",
      "volumes.0",
    ],
    [
      "a field nobody knows",
      "servers",
      { ...web, colour: "red" },
      422,
      "invalid_input",
      "'colour'",
    ],
    [
      "user data over 32 KiB",
      "servers",
      { ...web, user_data: "ä".repeat(16385) },
      422,
      "invalid_input",
      "longer than 32768 bytes",
    ],
    [
      "a label that is none",
      "servers",
      { ...web, labels: { "a b": "c" } },
      422,
      "invalid_input",
      "labels",
    ],
    [
      "what is no public key",
      "ssh_keys",
      { name: "k", public_key: "ssh-ed25519 AAAA" },
      422,
      "invalid_input",
      "is no SSH public key",
    ],
    [
      "a rule without sources",
      "firewalls",
      { name: "f", rules: [{ ...ssh, source_ips: [] }] },
      422,
      "invalid_input",
      "needs source_ips",
    ],
    [
      "a port of icmp",
      "firewalls",
      { name: "f", rules: [{ ...ssh, protocol: "icmp" }] },
      422,
      "invalid_input",
      "other protocols have none",
    ],
    [
      "a port beyond 65535",
      "firewalls",
      { name: "f", rules: [{ ...ssh, port: "70000" }] },
      422,
      "invalid_input",
      "rules.0.port",
    ],
    [
      "a range with host bits",
      "firewalls",
      { name: "f", rules: [{ ...ssh, source_ips: ["10.0.0.1/8"] }] },
      422,
      "invalid_input",
      "must be a range",
    ],
  ];
  test.each(refused)(
    "fails for %s",
    async (_, kind, body, status, code, says) => {
      const answer = await cloud.ask(`POST /v1/${kind}`, body);
      expect(answer.status).toBe(status);
      expect(answer.body["error"]).toMatchObject({ code });
      expect(answer.text).toContain(says);
      expect(await names("servers")).toEqual([]);
      expect(cloud.hosts.installed.size).toBe(0);
    },
  );

  test("fails for a name that another has, as 409", async () => {
    await make("servers", "server", web);
    const { status, body } = await cloud.ask("POST /v1/servers", web);
    expect(status).toBe(409);
    expect(body["error"]).toMatchObject({ code: "uniqueness_error" });
  });

  test("fails for a route that is not served, naming it", async () => {
    const { status, text } = await cloud.ask("POST /v1/load_balancers", {});
    expect(status).toBe(404);
    expect(text).toContain("does not serve POST /v1/load_balancers");
  });
});

describe("a server", () => {
  test("is told what was posted, and lets the keys in", async () => {
    const key = makeSshKeys().public;
    await make("ssh_keys", "ssh_key", { name: "me", public_key: key });
    const id = await make("servers", "server", {
      ...web,
      ssh_keys: ["me"],
      user_data: "#cloud-config\n{}\n",
    });
    expect(cloud.hosts.installed.get(`server-${id}`)).toEqual({
      hostname: "web-1",
      userData: "#cloud-config\n{}\n",
      authorizedKeys: [key],
      cpus: 2,
    });
  });

  test("without a key gets a password for root, which is told once", async () => {
    const { body } = await cloud.ask("POST /v1/servers", web);
    await cloud.settled();
    const [boot] = [...cloud.hosts.installed.values()];
    expect(body["root_password"]).toMatch(/^[\w-]{20}$/);
    expect(boot?.rootPassword).toBe(body["root_password"]);
  });

  test("is locked while an action runs, and says what it does", async () => {
    const { powerOn } = cloud.hosts;
    const { promise: power, resolve: turnOn } = Promise.withResolvers();
    cloud.hosts.powerOn = (name) => power.then(() => powerOn(name));
    const { body } = await cloud.ask("POST /v1/servers", web);
    const id = Number(pick(body, "server", "id"));
    expect(pick(body, "server", "status")).toBe("initializing");
    const { status: answer, text } = await cloud.ask(
      `DELETE /v1/servers/${id}`,
    );
    expect([answer, text]).toEqual([423, expect.stringContaining("locked")]);
    turnOn(true);
    await cloud.settled();
    expect((await cloud.ask(`GET /v1/servers/${id}`)).text).toContain(
      '"status":"running"',
    );
  });

  test("whose host does not start has a failed action that says why", async () => {
    cloud.hosts.powerOn = () => Promise.reject(new Error("no power"));
    const { body } = await cloud.ask("POST /v1/servers", web);
    await cloud.settled();
    const [{ id }] = body["next_actions"] as [{ id: number }];
    const { body: found } = await cloud.ask(`GET /v1/actions/${id}`);
    expect(found["action"]).toMatchObject({
      status: "error",
      error: { code: "action_failed", message: "no power" },
    });
  });

  test("comes back from a rebuild with the same address, user data and keys, on the image asked for", async () => {
    const id = await make("servers", "server", { ...web, user_data: "x" });
    const made = await cloud.ask(
      `POST /v1/servers/${id}/actions/create_image`,
      {},
    );
    await cloud.settled();
    const image = Number(pick(made.body, "image", "id"));
    const before = await cloud.ask(`GET /v1/servers/${id}`);
    await cloud.ask(`POST /v1/servers/${id}/actions/rebuild`, { image });
    await cloud.settled();
    const after = await cloud.ask(`GET /v1/servers/${id}`);
    expect(pick(after.body, "server", "public_net")).toEqual(
      pick(before.body, "server", "public_net"),
    );
    expect(cloud.hosts.installed.get(`server-${id}`)).toMatchObject({
      snapshot: `image-${image}`,
      userData: "x",
    });
  });

  test("changes its type only when it is off, never to a smaller disk, and is started again", async () => {
    const id = await make("servers", "server", { ...web, server_type: "cx32" });
    const ask = (action: string, body?: object) =>
      cloud.ask(`POST /v1/servers/${id}/actions/${action}`, body);
    const smaller = { server_type: "cx22", upgrade_disk: false };
    expect((await ask("change_type", smaller)).text).toContain("not stopped");
    await ask("poweroff");
    await cloud.settled();
    expect((await ask("change_type", smaller)).text).toContain("smaller");
    await ask("change_type", { server_type: "cx42", upgrade_disk: false });
    await cloud.settled();
    expect(cloud.hosts.installed.get(`server-${id}`)?.cpus).toBe(8);
    const { text } = await cloud.ask(`GET /v1/servers/${id}`);
    expect(text).toContain('"primary_disk_size":80');
    expect(text).toContain('"status":"running"');
  });
});

describe("lists", () => {
  beforeEach(async () => {
    for (const [name, labels] of [
      ["a", { env: "prod", role: "web" }],
      ["b", { env: "prod", role: "db" }],
      ["c", { env: "dev" }],
    ] as const)
      await make("servers", "server", { ...web, name, labels });
  });

  test.each([
    ["", ["a", "b", "c"]],
    ["env=prod", ["a", "b"]],
    ["env==prod,role=db", ["b"]],
    ["env!=prod", ["c"]],
    ["role", ["a", "b"]],
    ["!role", ["c"]],
    ["role!=web", ["b", "c"]],
    ["role in (web, db)", ["a", "b"]],
    ["role notin (web,db),env", ["c"]],
  ])("select by labels: %s", async (selector, expected) => {
    const query = encodeURIComponent(selector);
    expect(await names(`servers?label_selector=${query}`)).toEqual(expected);
  });

  test("fail for a selector that is none", async () => {
    const { status } = await cloud.ask(
      "GET /v1/servers?label_selector=a%3D%3D%3D",
    );
    expect(status).toBe(422);
  });

  test("come in pages that say what comes next", async () => {
    const { body } = await cloud.ask(
      "GET /v1/servers?per_page=2&page=1&sort=id:desc",
    );
    expect(body["meta"]).toEqual({
      pagination: {
        page: 1,
        per_page: 2,
        previous_page: null,
        next_page: 2,
        last_page: 2,
        total_entries: 3,
      },
    });
    expect(await names("servers?per_page=2&page=2&sort=id:desc")).toEqual([
      "a",
    ]);
    expect((await cloud.ask("GET /v1/servers?per_page=51")).status).toBe(422);
  });

  test("find by name and by status", async () => {
    expect(await names("servers?name=b")).toEqual(["b"]);
    expect(await names("servers?status=off")).toEqual([]);
    expect(
      await names("images?name=debian-12&architecture=arm", "images"),
    ).toEqual([]);
  });
});

describe("a firewall", () => {
  test("filters the servers it names and those that carry its labels, as long as they do", async () => {
    const id = await make("servers", "server", {
      ...web,
      labels: { role: "web" },
    });
    const host = `server-${id}`;
    const firewall = await make("firewalls", "firewall", {
      name: "fw",
      rules: [ssh],
      apply_to: [
        { type: "label_selector", label_selector: { selector: "role=web" } },
      ],
    });
    expect(cloud.filters).toEqual([
      {
        host,
        addresses: ["198.51.100.1", "fd5e:91c7:c633:6401::/64"],
        inbound: [{ protocol: "tcp", ports: [22, 22], ranges: ssh.source_ips }],
      },
    ]);
    await cloud.ask(`PUT /v1/servers/${id}`, { labels: {} });
    expect(cloud.filters).toEqual([]);
    const target = { type: "server", server: { id } };
    const apply = (name: string, body: object) =>
      cloud.ask(`POST /v1/firewalls/${firewall}/actions/${name}`, body);
    await apply("apply_to_resources", { apply_to: [target] });
    expect(cloud.filters).toHaveLength(1);
    expect(
      (await apply("apply_to_resources", { apply_to: [target] })).text,
    ).toContain("firewall_already_applied");
    expect(
      (await cloud.ask(`DELETE /v1/firewalls/${firewall}`)).text,
    ).toContain("resource_in_use");
    await cloud.ask(`DELETE /v1/servers/${id}`);
    await cloud.settled();
    expect(cloud.filters).toEqual([]);
    const selector = {
      type: "label_selector",
      label_selector: { selector: "role=web" },
    };
    await apply("remove_from_resources", { remove_from: [selector] });
    expect((await cloud.ask(`DELETE /v1/firewalls/${firewall}`)).status).toBe(
      204,
    );
  });

  test("stands in front of a new server before it boots", async () => {
    const firewall = await make("firewalls", "firewall", {
      name: "fw",
      rules: [ssh],
    });
    const { powerOn } = cloud.hosts;
    let filtered = 0;
    cloud.hosts.powerOn = async (name) => {
      filtered = cloud.filters.length;
      await powerOn(name);
    };
    await make("servers", "server", { ...web, firewalls: [{ firewall }] });
    expect(filtered).toBe(1);
  });
});

test("a placement group has up to ten servers, and knows them until it is deleted", async () => {
  const group = await make("placement_groups", "placement_group", {
    name: "apart",
    type: "spread",
  });
  const asked = { ...web, placement_group: group };
  const ids: number[] = [];
  for (let count = 0; count < 10; count++)
    ids.push(await make("servers", "server", { ...asked, name: `s${count}` }));
  const path = `/v1/placement_groups/${group}`;
  const { body } = await cloud.ask(`GET ${path}`);
  expect(pick(body, "placement_group", "servers")).toEqual(ids);
  const { status, text } = await cloud.ask("POST /v1/servers", asked);
  expect([status, text]).toEqual([
    412,
    expect.stringContaining("placement_error"),
  ]);
  expect((await cloud.ask(`DELETE ${path}`)).status).toBe(204);
  const shown = await cloud.ask(`GET /v1/servers/${String(ids[0])}`);
  expect(pick(shown.body, "server", "placement_group")).toBeNull();
});

describe("a restart", () => {
  test("keeps everything, and fails what it cut off", async () => {
    const id = await make("servers", "server", { ...web, labels: { a: "b" } });
    const before = await cloud.ask(`GET /v1/servers/${id}`);
    cloud.hosts.powerOff = () => new Promise<void>(() => undefined);
    const { body } = await cloud.ask(`POST /v1/servers/${id}/actions/poweroff`);
    await cloud.restart();
    expect((await cloud.ask(`GET /v1/servers/${id}`)).body).toEqual(
      before.body,
    );
    const action = Number(pick(body, "action", "id"));
    expect((await cloud.ask(`GET /v1/actions/${action}`)).text).toContain(
      "was stopped while this ran",
    );
    const again = await make("servers", "server", { ...web, name: "web-2" });
    expect(again).toBeGreaterThan(action);
  });
});

describe("errors on demand", () => {
  const fault = { method: "POST", path: "/servers$", status: 503, times: 2 };

  test("strike as often as they were asked to, before the work", async () => {
    await cloud.ask("POST /lab/faults", fault);
    expect((await cloud.ask("GET /v1/servers")).status).toBe(200);
    expect((await cloud.ask("POST /v1/servers", web)).status).toBe(503);
    expect((await cloud.ask("POST /v1/servers", web)).status).toBe(503);
    expect(await names("servers")).toEqual([]);
    expect((await cloud.ask("POST /v1/servers", web)).status).toBe(201);
  });

  test("strike one of several requests by what it asks for", async () => {
    const sent = '"name":"web-2"';
    await cloud.ask("POST /lab/faults", { ...fault, times: 1, sent });
    expect((await cloud.ask("POST /v1/servers", web)).status).toBe(201);
    const other = { ...web, name: "web-2" };
    const { body } = await cloud.ask("GET /lab/faults");
    expect(pick(body, "faults", "0", "sent")).toBe(sent);
    expect((await cloud.ask("POST /v1/servers", other)).status).toBe(503);
    expect((await cloud.ask("POST /v1/servers", other)).status).toBe(201);
    expect((await cloud.ask("GET /lab/faults")).body).toEqual({ faults: [] });
  });

  test("or after it: the server is there, and nobody was told", async () => {
    await cloud.ask("POST /lab/faults", { ...fault, times: 1, when: "after" });
    expect((await cloud.ask("POST /v1/servers", web)).status).toBe(503);
    expect(await names("servers")).toEqual(["web-1"]);
  });

  test("are forgotten on demand too, and refused when they are none", async () => {
    await cloud.ask("POST /lab/faults", fault);
    await cloud.ask("DELETE /lab/faults");
    expect((await cloud.ask("POST /v1/servers", web)).status).toBe(201);
    expect((await cloud.ask("POST /lab/faults", { status: 200 })).status).toBe(
      422,
    );
  });
});
