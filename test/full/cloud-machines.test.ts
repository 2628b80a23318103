import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudFleet } from "../e2e/cloud-fleet.ts";
import { until } from "../e2e/engine.ts";
import { page } from "../e2e/test-fleet.ts";
import { LinkedProject } from "../e2e/linked-project.ts";
import { testLab } from "../e2e/test-lab.ts";
import { OpenPorts } from "./open-ports.ts";
import { Scanner } from "./scanner.ts";

let clouds: CloudFleet;

beforeAll(async () => {
  clouds = await CloudFleet.open();
});

afterAll(async () => {
  await clouds.close();
});

describe("a first update", () => {
  it("opens what is declared and nothing else, at every moment, over IPv4 and IPv6", async () => {
    const scanner = await Scanner.open(clouds);
    const watch = new OpenPorts(scanner, () => clouds.addresses());
    await clouds.fleet.up();
    const seen = await watch.end();
    await scanner.close();
    expect(seen.looks).toBeGreaterThan(10);
    expect(seen.open).toEqual({
      "web-1 IPv4": [80, 2222],
      "web-1 IPv6": [80, 2222],
      "db-1 IPv4": [22],
    });
  });
});

describe("another stack", () => {
  it("enters a host by the outputs of the one that made it, and knows it again", async () => {
    const { PULUMI_BACKEND_URL = "", PULUMI_CONFIG_PASSPHRASE = "" } =
      clouds.fleet.environment;
    const second = await LinkedProject.open("second-stack", testLab(), {
      PULUMI_BACKEND_URL,
      PULUMI_CONFIG_PASSPHRASE,
    });
    await second.mustRun("pulumi", "up", "--yes", "--skip-preview");
    const facts = await second.mustRun("pulumi", "stack", "output", "--json");
    expect(facts).toContain('"hostname": "web-1"');
    const address = await clouds.address("web-1");
    const { stdout } = await clouds.ssh(
      `root@${address}`,
      2222,
      "tree --version",
    );
    expect(stdout).toMatch(/^tree v/);
    await second.close();
  });
});

describe("a machine that somebody rebuilt", () => {
  it("is refused, because it shows another key, until it stands in replace; then everything is put on it again", async () => {
    const { "e2e-web-1": machine } = await clouds.servers();
    const known = await clouds.shownKey(await clouds.address("web-1"), 2222);
    const rebuild = `/servers/${String(machine)}/actions/rebuild`;
    await clouds.hetzner("POST", rebuild, { image: "debian-12" });
    const address = await clouds.address("web-1");
    await until("it boots", async () => {
      const { stdout } = await clouds.ssh(`root@${address}`, 2222, "hostname");
      return stdout === "web-1";
    });
    await clouds.fleet.writeSite("index.html", page("second"));
    const { output } = await clouds.fleet.upFails();
    expect(output).toContain("shows another host key than the pinned one");
    expect(output).toContain("name web-1 in 'replace'");

    await replace(["web-1"]);
    const refreshed = await clouds.fleet.mustSucceed(
      "refresh",
      "--yes",
      "--run-program",
    );
    expect(refreshed.output).toContain("web-1 stands in replace");
    const put = await clouds.fleet.up();
    expect(put.output).toContain("the key that its user data carry");
    expect((await clouds.servers())["e2e-web-1"]).toBe(machine);
    await expectPage("second");
    expect(await clouds.shownKey(address, 2222)).toBe(known);
    await clouds.fleet.up();
    await replace([]);
    const { output: last } = await clouds.fleet.up();
    expect(last).toMatch(/Resources:\s+~ 1 updated\s+\d+ unchanged\s/);
  });

  it("is another machine, with keys of its own, where another generation is asked for", async () => {
    Object.assign(clouds.fleet.config.hosts["web-1"], { generation: "2" });
    await clouds.fleet.configure();
    await clouds.fleet.up();
    expect(Object.keys(await clouds.servers())).toEqual(["e2e-web-1-2"]);
    await expectPage("second");
  });
});

describe("a machine whose login is root", () => {
  it("gives its place to another generation: what lets the program in stays to the end", async () => {
    const host = clouds.fleet.config.hosts["db-1"];
    Object.assign(host, { protect: false });
    await clouds.fleet.configure();
    await clouds.fleet.up();
    const address = await clouds.address("db-1");
    Object.assign(host, { generation: "2" });
    await clouds.fleet.configure();
    const { output } = await clouds.fleet.up();
    expect(output).toContain("user root with its keys and rights");
    expect(Object.keys(await clouds.addresses())).toContain("db-1-2 IPv4");
    expect(Object.values(await clouds.addresses())).not.toContain(address);
    await expectPage("second");
  });
});

describe("another location", () => {
  it("is another machine, in one update", async () => {
    const { "e2e-web-1-2": machine } = await clouds.servers();
    Object.assign(clouds.fleet.config.hosts["web-1"], { location: "hel1" });
    await clouds.fleet.configure();
    await clouds.fleet.up();
    expect((await clouds.servers())["e2e-web-1-2"]).not.toBe(machine);
    await expectPage("second");
  });
});

async function replace(names: readonly string[]): Promise<void> {
  Object.assign(clouds.fleet.config, { replace: names });
  await clouds.fleet.configure();
}

async function expectPage(version: string): Promise<void> {
  const site = await fetch(`http://${await clouds.address("web-1")}/`);
  expect(await site.text()).toContain(`${version} page`);
}
