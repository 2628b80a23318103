import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countSsh, leftovers, sshCount, workDone } from "./probe.ts";
import { page, type StackState, TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;
let url: string;

const hosts = ["web-1", "db-1"] as const;

/** What somebody else put on the hosts, some of it inside of directories that are ours. */
const foreign = {
  "web-1": {
    "/etc/nginx/conf.d/foreign.conf": "# not ours\n",
    "/etc/nginx/sites-available/foreign.conf": "# not ours\n",
    "/srv/www/foreign.txt": "not ours\n",
  },
  "db-1": {
    "/etc/redis/foreign.conf": "# not ours\n",
    "/etc/systemd/system/redis-server.service.d/foreign.conf":
      "[Unit]\n# not ours\n",
  },
} as const;

beforeAll(async () => {
  fleet = await TestFleet.open();
  url = `http://${fleet.address("web-1")}/`;
  await fleet.up();
});

afterAll(async () => {
  await fleet.close();
});

describe("a destroy", () => {
  let output: string;
  let owned: Record<string, string[]>;
  let siteBefore: string;

  it("removes what is ours, on both hosts", async () => {
    for (const host of hosts) await addForeignFiles(host);
    await redis("SET", "canary", "kept");
    siteBefore = await siteOnDisk();
    owned = { "web-1": await ledger("web-1"), "db-1": await ledger("db-1") };
    ({ output } = await fleet.mustSucceed("destroy", "--yes"));
    expect(await stateIsEmpty()).toBe(true);
    for (const host of hosts) {
      expect(await ledger(host)).toEqual([]);
      expect(await leftovers(fleet, host)).toBe("");
      expect(await pathsThatExist(host, owned[host] ?? [])).toEqual(
        directoriesWithForeignFiles[host],
      );
    }
    expect(owned["web-1"]).toEqual(
      expect.arrayContaining([
        "file:/etc/nginx/conf.d/flotilla.conf",
        "link:/etc/nginx/sites-enabled/00-welcome.conf",
        "release:/srv/www/welcome",
      ]),
    );
    await expect(fetch(url)).rejects.toThrow();
  });

  it("stops and disables the services", async () => {
    expect(await unitState("web-1", "nginx.service")).toEqual([
      "inactive",
      "disabled",
    ]);
    expect(await unitState("db-1", "redis-server.service")).toEqual([
      "inactive",
      "disabled",
    ]);
  });

  it("keeps packages and data", async () => {
    expect(await installed("web-1")).toContain("nginx");
    expect(await installed("db-1")).toEqual(
      expect.arrayContaining(["nftables", "redis-server", "tree"]),
    );
    const dump = "/var/lib/redis/dump.rdb";
    expect(await fleet.on("db-1", `grep -aoc canary ${dump}`)).toBe("1");
  });

  it("leaves what is not ours as it was", async () => {
    for (const host of hosts)
      for (const [path, content] of Object.entries(foreign[host]))
        expect(await fleet.on(host, `cat ${path}`)).toBe(content.trim());
    expect(await fleet.on("web-1", "nginx -t 2>&1")).toContain("successful");
  });

  it("removes the firewall where no data is, and leaves SSH and replies where some is", async () => {
    expect(await tables("web-1")).toEqual(["foreign"]);
    expect(await bootUnit("web-1")).toBe("not-found");
    expect(await tables("db-1")).toEqual(["flotilla", "foreign"]);
    await fleet.lab.powerOff("db-1");
    await fleet.lab.powerOn("db-1");
    const rules = await fleet.on("db-1", "nft list table inet flotilla");
    expect(rules).toMatch(/ct state .*established/);
    expect(rules).toContain("policy drop");
    expect(rules.match(/tcp dport \S+/g)).toEqual(["tcp dport 22"]);
    expect(await fleet.canLogIn("db-1")).toBe(true);
  });

  it("says what stays, and where", () => {
    const told = output
      .slice(output.indexOf("Diagnostics:"))
      .match(/^ +(?:web|db)-1: stays on the host: .*$/gm)
      ?.join("\n");
    expect(told).toMatch(/db-1: .*package redis-server/);
    expect(told).toMatch(/db-1: .*package tree/);
    expect(told).toMatch(/db-1: .*data in \/var\/lib\/redis/);
    expect(told).toMatch(/db-1: .*firewall flotilla, which lets in SSH/);
    expect(told).toMatch(/db-1: .*\/etc\/systemd\/system\/redis-server/);
    expect(told).toMatch(/web-1: .*package nginx/);
    expect(told).toMatch(/web-1: .*\/srv\/www/);
    expect(told).not.toMatch(/web-1: .*firewall/);
  });

  it("is no end: the next update brings the same site and the same data back", async () => {
    await fleet.up();
    const response = await fetch(url);
    expect(await response.text()).toBe(page("first"));
    expect(await siteOnDisk()).toBe(siteBefore);
    expect(await redis("GET", "canary")).toBe("kept");
    for (const host of hosts)
      expect((await ledger(host)).sort()).toEqual(
        owned[host]?.filter((key) => !foundAgain.includes(key)).sort(),
      );
    expect((await fleet.up()).output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });
});

describe("a service that is taken out of the configuration", () => {
  it("goes with what is its own, and nothing else does", async () => {
    const before = await ledger("db-1");
    const web = await workDone(fleet, "web-1");
    delete fleet.config.services["cache"];
    delete fleet.config.flows["web-to-cache"];
    await fleet.configure();
    await fleet.up();
    const after = await ledger("db-1");
    expect(before.filter((key) => !after.includes(key)).sort()).toEqual([
      "directory:/var/lib/redis",
      "file:/etc/redis/flotilla-auth.conf",
      "file:/etc/redis/flotilla.conf",
      "file:/etc/systemd/system/redis-server.service.d/flotilla.conf",
      "unit:redis-server.service",
    ]);
    expect(after.filter((key) => !before.includes(key))).toEqual([]);
    expect(await unitState("db-1", "redis-server.service")).toEqual([
      "inactive",
      "disabled",
    ]);
    expect(await installed("db-1")).toContain("redis-server");
    const rules = await fleet.on("db-1", "nft list table inet flotilla");
    expect(rules).not.toContain("6379");
    expect(rules).toContain("dport 22");
    expect(await workDone(fleet, "web-1")).toBe(web);
    expect((await fetch(url)).status).toBe(200);
  });
});

describe("a destroy after a host was set up anew", () => {
  it("succeeds: what is not there any more needs no removal", async () => {
    await fleet.lab.reset(["web-1"]);
    await countSsh(fleet, "web-1");
    const { output } = await fleet.mustSucceed("destroy", "--yes");
    expect(await stateIsEmpty()).toBe(true);
    expect((await sshCount(fleet, "web-1")).connections).toBe(1);
    expect(
      await fleet.on("web-1", "ls -A /var/lib/flotilla /srv 2>&1; true"),
    ).toMatch(/No such file/);
    expect(output).not.toMatch(/web-1: .*stays/);
    expect(await ledger("db-1")).toEqual([]);
  });
});

/** Directories that would be gone if nobody had put anything into them. */
const directoriesWithForeignFiles = {
  "web-1": ["/srv/www"],
  "db-1": ["/etc/systemd/system/redis-server.service.d", "/var/lib/redis"],
};

/** What was ours, and stayed: found there, it is not ours any more. */
const foundAgain = [
  "directory:/srv/www",
  "directory:/etc/systemd/system/redis-server.service.d",
  "package:nftables",
  "package:nginx",
  "package:redis-server",
  "package:tree",
];

async function addForeignFiles(host: (typeof hosts)[number]): Promise<void> {
  for (const [path, content] of Object.entries(foreign[host]))
    await fleet.on(host, `printf %s '${content}' >${path}`);
  await fleet.on(host, "nft add table inet foreign");
}

/** Item keys that belong to a manifest, as the host has them. */
async function ledger(host: string): Promise<string[]> {
  const lines = await fleet.on(host, "cut -f1 /var/lib/flotilla/ledger");
  return lines.split("\n").filter(Boolean);
}

/** Which of the items' paths are there. */
async function pathsThatExist(
  host: string,
  keys: readonly string[],
): Promise<string[]> {
  const paths = keys
    .filter((key) => /^(file|directory|link|release):/.test(key))
    .map((key) => key.slice(key.indexOf(":") + 1));
  expect(paths.length).toBeGreaterThan(2);
  const script = `for path in ${paths.join(" ")}; do [[ ! -e $path && ! -L $path ]] || echo $path; done`;
  return (await fleet.on(host, script)).split("\n").sort();
}

async function unitState(host: string, unit: string): Promise<string[]> {
  const words = await fleet.on(
    host,
    `systemctl is-active ${unit}; systemctl is-enabled ${unit}; true`,
  );
  return words.split("\n");
}

/** Installed packages, those that were only removed not among them. */
async function installed(host: string): Promise<string[]> {
  const query = "dpkg-query -W -f '${db:Status-Status} ${Package}\\n'";
  const lines = await fleet.on(
    host,
    `${query} | awk '$1 == "installed" {print $2}'`,
  );
  return lines.split("\n");
}

/** Names of the tables of the family `inet`. */
async function tables(host: string): Promise<string[]> {
  const lines = await fleet.on(host, "nft list tables inet");
  return lines
    .split("\n")
    .map((line) => line.split(" ").at(-1) ?? "")
    .sort();
}

async function bootUnit(host: string): Promise<string> {
  return fleet.on(
    host,
    "systemctl show -p LoadState --value flotilla-firewall.service",
  );
}

/** Every file and link that makes the site, with its hash or target. */
async function siteOnDisk(): Promise<string> {
  return fleet.on(
    "web-1",
    `find /etc/nginx /srv/www -type l -printf '%p %l %u %g\\n' | sort
     find /etc/nginx /srv/www -type f -printf '%p %m %u %g ' -exec sha256sum {} ';' | sort`,
  );
}

/** Asks Redis under the password that it has now. */
async function redis(...words: string[]): Promise<string> {
  return fleet.on(
    "db-1",
    `REDISCLI_AUTH=$(cut -d'"' -f2 /etc/redis/flotilla-auth.conf) redis-cli ${words.join(" ")}`,
  );
}

async function stateIsEmpty(): Promise<boolean> {
  const { resources = [] } = (await fleet.state()).deployment as Partial<
    StackState["deployment"]
  >;
  return resources.length === 0;
}
