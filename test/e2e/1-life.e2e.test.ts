import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  countSsh,
  hash,
  leftovers,
  Poller,
  sshCount,
  workDone,
} from "./probe.ts";
import { page, TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;
let url: string;

beforeAll(async () => {
  fleet = await TestFleet.open();
  url = `http://${fleet.address("web-1")}/`;
});

afterAll(async () => {
  await fleet.close();
});

describe("the life of a fleet", () => {
  it("comes up with one command: the site answers and Redis asks for its password", async () => {
    const { output } = await fleet.up();
    expect(output).toContain("created");
    expect(await bodyOf(url)).toBe(page("first"));
    const refused = await fleet.on(
      "db-1",
      "exec 3<>/dev/tcp/127.0.0.1/6379; printf 'PING\\r\\n' >&3; head -n1 <&3",
    );
    expect(refused).toContain("NOAUTH");
    for (const host of ["web-1", "db-1"])
      expect(await leftovers(fleet, host)).toBe("");
  });

  it("tells the facts of its hosts", async () => {
    const { hosts } = (await fleet.outputs()) as {
      hosts: Record<string, { facts: Record<string, unknown> }>;
    };
    const cpus = Number(await fleet.on("web-1", "nproc"));
    expect(hosts["web-1"]?.facts).toMatchObject({
      cpus,
      os: "debian 12",
      hostname: "web-1",
      source: "ssh",
    });
  });

  it("changes nothing and contacts nobody the second time", async () => {
    await countSsh(fleet, "web-1");
    await countSsh(fleet, "db-1");
    const before = await counts();
    const { output } = await fleet.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
    expect(await counts()).toEqual(before);
  });

  it("switches a site without a wrong answer, contacting only its host, with one login", async () => {
    const before = await counts();
    const poller = new Poller(url);
    poller.begin(200);
    await fleet.writeSite("index.html", page("second"));
    const { output } = await fleet.up();
    await poller.end();
    // The site, and the look from outside at it.
    expect(output).toMatch(/2 updated/);
    expect(poller.errors).toEqual([]);
    expect(new Set(poller.answers.map(({ status }) => status))).toEqual(
      new Set([200]),
    );
    expect([...poller.byBody().keys()].sort()).toEqual(
      [hash(page("first")), hash(page("second"))].sort(),
    );
    const after = await counts();
    expect(after["db-1"]).toEqual(before["db-1"]);
    expect(after["web-1"]).toEqual({
      connections: before["web-1"].connections + 1,
      logins: before["web-1"].logins + 1,
    });
  });

  it("fails with nginx's own words on a broken configuration, and the old one goes on serving", async () => {
    const file = "/etc/nginx/conf.d/flotilla.conf";
    const oldFile = await fleet.on("web-1", `sha256sum ${file}`);
    fleet.config.services["web"] = {
      type: "nginx",
      host: "web-1",
      config: "no_such_directive on;\n",
    };
    await fleet.configure();
    const { output } = await fleet.upFails();
    expect(output).toContain("web-1:");
    expect(output).toContain('unknown directive "no_such_directive"');
    expect(output).toMatch(/check/);
    expect(output).toContain("rolled back");
    expect(await fleet.on("web-1", `sha256sum ${file}`)).toBe(oldFile);
    expect(await bodyOf(url)).toBe(page("second"));
    const again = await fleet.upFails();
    expect(again.output).toContain("no_such_directive");
    fleet.config.services["web"] = {
      type: "nginx",
      host: "web-1",
      config: "server_names_hash_max_size 1024;\n",
    };
    await fleet.configure();
    await fleet.up();
    expect(await fleet.on("web-1", `cat ${file}`)).toContain(
      "server_names_hash_max_size 1024;",
    );
    expect(await fleet.on("web-1", "nginx -t 2>&1")).toContain("successful");
  });

  it("shows exactly what was changed by hand, and repairs exactly that", async () => {
    await fleet.on(
      "web-1",
      `systemctl stop nginx
       echo '# by hand' >>/etc/nginx/conf.d/flotilla.conf
       echo foreign >/etc/nginx/conf.d/foreign.conf.disabled`,
    );
    await fleet.on(
      "db-1",
      `nft add rule inet flotilla input tcp dport 9999 accept
       DEBIAN_FRONTEND=noninteractive apt-get remove -y -q tree >/dev/null`,
    );
    const preview = await fleet.mustSucceed("preview", "--refresh", "--diff");
    const drifted = [...preview.output.matchAll(/^\s+~ (\w+:\S+)\s*: "/gm)].map(
      ([, key]) => key,
    );
    expect(new Set(drifted)).toEqual(
      new Set([
        "unit:nginx.service",
        "file:/etc/nginx/conf.d/flotilla.conf",
        "nftables:flotilla",
        "package:tree",
        // What a stopped nginx looks like from outside.
        "gate:public-web",
      ]),
    );
    await fleet.mustSucceed("up", "--yes", "--skip-preview", "--refresh");
    expect(await bodyOf(url)).toBe(page("second"));
    expect(
      await fleet.on("web-1", "cat /etc/nginx/conf.d/foreign.conf.disabled"),
    ).toBe("foreign");
    expect(
      await fleet.on("db-1", "nft list table inet flotilla"),
    ).not.toContain("9999");
    expect(await fleet.on("db-1", "command -v tree")).toContain("tree");
  });

  it("finds nothing to change when nothing has drifted, twice", async () => {
    const before = [
      await workDone(fleet, "web-1"),
      await workDone(fleet, "db-1"),
    ];
    for (let refresh = 1; refresh <= 2; refresh += 1) {
      const { output } = await fleet.mustSucceed("refresh", "--yes");
      expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
    }
    const after = [
      await workDone(fleet, "web-1"),
      await workDone(fleet, "db-1"),
    ];
    expect(after).toEqual(before);
  });

  it("goes back to an earlier version by an ordinary update, byte for byte", async () => {
    const earlier = fleet.config.services["web"];
    const before = await served();
    fleet.config.services["web"] = {
      ...earlier,
      config: "server_names_hash_max_size 2048;\n",
    };
    await fleet.configure();
    await fleet.writeSite("index.html", page("third"));
    await fleet.up();
    expect(await served()).not.toEqual(before);
    if (earlier) fleet.config.services["web"] = earlier;
    await fleet.configure();
    await fleet.writeSite("index.html", page("second"));
    await fleet.up();
    expect(await served()).toEqual(before);
  });
});

async function counts() {
  return {
    "web-1": await sshCount(fleet, "web-1"),
    "db-1": await sshCount(fleet, "db-1"),
  };
}

async function bodyOf(address: string): Promise<string> {
  const response = await fetch(address);
  expect(response.status).toBe(200);
  return response.text();
}

/** What web-1 serves, and the configuration that it serves with. */
async function served(): Promise<{ page: string; configuration: string }> {
  return {
    page: await bodyOf(url),
    configuration: await fleet.on("web-1", "nginx -T 2>/dev/null | sha256sum"),
  };
}
