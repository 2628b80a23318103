import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execa } from "execa";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CloudFleet } from "./cloud-fleet.ts";
import { until } from "./engine.ts";
import { machineSshArguments } from "../../lab/cloud/machines.ts";
import { Lab } from "../../lab/index.ts";
import { checkout } from "../../toolchain/build.ts";

let clouds: CloudFleet;

beforeAll(async () => {
  clouds = await CloudFleet.open();
});

afterAll(async () => {
  await clouds.close();
});

const unchanged = /Resources:\s+\d+ unchanged\s/;

describe("a fleet from nothing", () => {
  it("is previewed with the machines that it gets, and what they cost", async () => {
    const { output } = await clouds.fleet.mustSucceed("preview");
    expect(output).toContain("cx22: 2 cpus, 4 GiB, 40 GiB disk, EUR 3.79 a");
    expect(output).toContain("s-1vcpu-1gb: 1 cpu, 1 GiB, 25 GiB disk, USD");
    expect(await clouds.servers()).toEqual({});
  });

  it("is made at both providers, recognised, and then like any other", async () => {
    const { output } = await clouds.fleet.up();
    expect(output).toContain("hcloud:index:Server");
    expect(output).toContain("digitalocean:index:Droplet");
    const site = await fetch(`http://${await clouds.address("web-1")}/`);
    expect(await site.text()).toContain("first page");
  });

  it("has nothing left to change", async () => {
    const refreshed = await clouds.fleet.mustSucceed("refresh", "--yes");
    expect(refreshed.output).toMatch(unchanged);
    const { output } = await clouds.fleet.up();
    expect(output).toMatch(unchanged);
    // What the providers tell in lists is what their plugins keep: nothing there is of somebody else.
    expect(output).not.toContain("warning:");
  });

  it("is found by the lab's own ssh, by name, at its port and with its key", async () => {
    const lab = await Lab.open({ name: clouds.fleet.lab.name });
    const way = await machineSshArguments(lab, "e2e-web-1");
    const words = ["-i", await clouds.keyFile(), ...way, "hostname"];
    const { stdout } = await execa("ssh", words, { stdin: "ignore" });
    expect(stdout).toBe("web-1");
  });

  it("is looked at by flotilla preflight, with the addresses and the key that the stack has; a host that is to be made is left out", async () => {
    const { folder, configFile, environment } = clouds.fleet;
    setApp({ provider: "hetzner" });
    await clouds.fleet.configure();
    const config = ["--config-file", configFile, "--stack", "e2e"];
    const words = ["preflight", "--json", "-C", checkout, ...config];
    const { stdout, exitCode, stderr } = await execa(
      process.execPath,
      [path.join(checkout, "cli/launch.js"), ...words],
      { cwd: folder, env: environment, reject: false },
    );
    expect(stderr).toMatch(/^app-1 is left out: its machine is not made yet/);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        hosts: { "web-1": { ok: true }, "db-1": { ok: true } },
        leftOut: { "app-1": { reason: "notMade" } },
      },
    ]);
    Reflect.deleteProperty(clouds.fleet.config.hosts, "app-1");
    await clouds.fleet.configure();
  });

  it("was told its keys by nobody who repeats them: neither in outputs nor in the plain state", async () => {
    const secrets = await bootKeys();
    expect(secrets.length).toBe(5);
    const plain = JSON.stringify(await clouds.fleet.state());
    for (const secret of secrets) expect(plain).not.toContain(secret);
  });
});

describe("user data that are edited", () => {
  it("replace no machine: another port and another key are brought to it", async () => {
    const key = await newPublicKey();
    Object.assign(clouds.fleet.config.ssh, { breakGlassKey: key });
    Object.assign(clouds.fleet.config.hosts["web-1"], { port: 2200 });
    await clouds.fleet.configure();
    const before = await clouds.servers();
    const preview = await clouds.fleet.mustSucceed("preview");
    expect(preview.output).not.toMatch(
      /Server web-1 replace|Droplet db-1 replace/,
    );
    await clouds.fleet.up();
    expect(await clouds.servers()).toEqual(before);
    const address = await clouds.address("web-1");
    const login = `flotilla@${address}`;
    const keys = "sudo -n cat /home/flotilla/.ssh/authorized_keys2";
    expect((await clouds.ssh(login, 2200, keys)).stdout).toContain(key);
    expect((await clouds.ssh(login, 2222, "true")).exitCode).toBe(255);
    expect((await clouds.fleet.up()).output).toMatch(unchanged);
  });
});

describe("a first boot that failed", () => {
  it("fails the update in cloud-init's words, and the correction converges on the same machine", async () => {
    // Debian has a group of that name, so that the account cannot be made.
    setApp({ provider: "hetzner", user: "staff" });
    await clouds.fleet.configure();
    const { output } = await clouds.fleet.upFails();
    expect(output).toContain("useradd: group staff exists");
    const { "e2e-app-1": machine } = await clouds.servers();
    setApp({ provider: "hetzner", user: "app" });
    await clouds.fleet.configure();
    await clouds.fleet.up();
    expect((await clouds.servers())["e2e-app-1"]).toBe(machine);
    const address = await clouds.address("app-1");
    const { exitCode } = await clouds.ssh(`app@${address}`, 22, "sudo -n true");
    expect(exitCode).toBe(0);
  });
});

describe("a machine that somebody deleted", () => {
  it("is missed by a refresh, and made again with keys of its own; others are contacted where they know its address, and not else", async () => {
    const { "e2e-web-1": machine } = await clouds.servers();
    const before = await clouds.shownKey(await clouds.address("web-1"), 2200);
    await clouds.hetzner("DELETE", `/servers/${String(machine)}`);
    await until(
      "it is gone",
      async () => (await clouds.servers())["e2e-web-1"] === undefined,
    );
    const refreshed = await clouds.fleet.mustSucceed("refresh", "--yes");
    expect(refreshed.output).toMatch(/hcloud:index:Server web-1 deleted/);
    const onDb = await logins("root", "db-1");
    const onApp = await logins("app", "app-1");
    await clouds.fleet.up();
    expect(await logins("app", "app-1")).toBe(onApp + 1);
    expect((await clouds.servers())["e2e-web-1"]).not.toBe(machine);
    const address = await clouds.address("web-1");
    // The firewall there lets in another address, confirmed by a new connection.
    expect(await logins("root", "db-1")).toBe(onDb + 3);
    expect(await run("root", "db-1", "nft list table inet flotilla")).toContain(
      address,
    );
    expect(await clouds.shownKey(address, 2200)).not.toBe(before);
    const site = await fetch(`http://${address}/`);
    expect(await site.text()).toContain("first page");
  });
});

describe("a host that is taken out", () => {
  it("takes its machine along, and no other host is contacted", async () => {
    setApp(undefined);
    await clouds.fleet.configure();
    const before = await logins("root", "db-1");
    await clouds.fleet.up();
    expect(Object.keys(await clouds.servers())).toEqual(["e2e-web-1"]);
    expect(await logins("root", "db-1")).toBe(before + 1);
  });
});

function setApp(app: Record<string, unknown> | undefined): void {
  const { config } = clouds.fleet;
  config.hosts = Object.assign({}, config.hosts, { "app-1": app });
}

/** How often somebody has logged in on a host, the look itself included. */
async function logins(user: string, host: string): Promise<number> {
  const count = "journalctl -q -u ssh | grep -c 'Accepted publickey'";
  return Number(await run(user, host, count));
}

async function run(
  user: string,
  host: string,
  command: string,
): Promise<string> {
  const destination = `${user}@${await clouds.address(host)}`;
  const { stdout } = await clouds.ssh(destination, 22, `sudo ${command}`);
  return stdout;
}

async function newPublicKey(): Promise<string> {
  const file = path.join(clouds.fleet.folder, "break-glass");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}

/** A line of every private host key in the state. */
async function bootKeys(): Promise<string[]> {
  const { deployment } = await clouds.fleet.state("--show-secrets");
  return deployment.resources
    .filter(({ type }) => type === "tls:index/privateKey:PrivateKey")
    .map(({ outputs }) => {
      const { plaintext = "" } = outputs["privateKeyOpenssh"] as {
        plaintext?: string;
      };
      return (JSON.parse(plaintext) as string).split("\n")[3] ?? "";
    });
}
