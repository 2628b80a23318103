import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bridge } from "../../lab/network.ts";
import { Lab, type LabOptions } from "../../lab/index.ts";
import { findHost } from "../../lab/host.ts";
import { ensureKeyPair } from "../../lab/identity.ts";
import { loadState } from "../../lab/state.ts";
import { until } from "./until.ts";
import {
  packagesOrigin,
  readPackageSources,
} from "../../lab/packages/package-sources.ts";

const name = "lab-e2e";
let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ name });
  await lab.down();
  await lab.up(["one", "two"]);
});

afterAll(async () => {
  await lab.down();
  await rm(lab.folder, { recursive: true, force: true });
});

/** What a command inside a host prints; fails when the command fails. */
async function inside(
  host: string,
  command: string,
  timeoutSeconds = 180,
): Promise<string> {
  const words = ["bash", "-c", command];
  const result = await lab.exec(host, words, { timeoutSeconds });
  if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
  return result.stdout.trim();
}

async function ssh(host: string, command: string, options: string[] = []) {
  const words = [
    "-o",
    "ConnectTimeout=3",
    ...options,
    ...lab.sshArguments(host),
    command,
  ];
  return execa("ssh", words, { reject: false, timeout: 20_000 });
}

/** A look that came in while the host goes down gets no answer, and keeps it from going: it is not left waiting. */
const bootTime = (host: string) =>
  inside(host, "systemctl show --property=UserspaceTimestampMonotonic", 5);

const stateOf = (host: string) =>
  lab.status().find((entry) => entry.name === host)?.state;

async function withLab(options: LabOptions): Promise<void> {
  lab = await Lab.open({ name, ...options });
}

describe("a host that is up", () => {
  test("lets the lab's user in, with sudo, under its own name", async () => {
    const { stdout } = await ssh("one", "hostname; id -un; sudo -n id -u");
    expect(stdout.split("\n")).toEqual(["one", lab.user, "0"]);
  });

  test("has booted without a failed unit, and root has no password", async () => {
    expect(await inside("two", "systemctl is-system-running --wait")).toBe(
      "running",
    );
    expect(await inside("two", "passwd --status root")).toMatch(/^root L /);
  });

  test("reaches the other host, and the world through the machine", async () => {
    await inside("one", `ping -c1 -W2 ${lab.address("two")}`);
    const { mirrors } = await readPackageSources();
    const { hostname } = new URL(mirrors.archive);
    expect(await inside("one", `getent hosts ${hostname}`)).toContain(hostname);
  });

  test("is left alone by another up", async () => {
    const before = await bootTime("one");
    await lab.up();
    expect(await bootTime("one")).toBe(before);
  });

  test("is refused when it shows another key than the pinned one", async () => {
    const file = path.join(lab.folder, "wrong_known_hosts");
    const other = await ensureKeyPair(path.join(lab.folder, "other"), "other");
    await writeFile(file, `${lab.address("one")} ${other.publicKey}\n`);
    const options = ["-o", `UserKnownHostsFile=${file}`];
    const { exitCode, stderr } = await ssh("one", "true", options);
    expect(exitCode).toBe(255);
    expect(stderr).toContain("Host key verification failed");
  });

  test("refuses another client's key", async () => {
    const other = path.join(lab.folder, "other");
    await ensureKeyPair(other, "other");
    const words = lab
      .sshArguments("one")
      .map((word) => word.replace(lab.keyFile, other));
    const result = await execa("ssh", [...words, "true"], { reject: false });
    expect(result.exitCode).toBe(255);
    expect(result.stderr).toContain("Permission denied (publickey)");
  });

  test("keys and state are readable by their owner alone", async () => {
    for (const file of ["id_ed25519", "known_hosts", "lab.json"]) {
      const { mode } = await stat(path.join(lab.folder, file));
      expect([file, (mode & 0o777).toString(8)]).toEqual([file, "600"]);
    }
  });
});

describe("power", () => {
  test("a power loss keeps the disk and loses the rules", async () => {
    await inside("one", "echo kept >/root/kept; nft add table inet mine");
    await lab.powerOff("one");
    expect(stateOf("one")).toBe("off");
    expect((await ssh("one", "true")).exitCode).toBe(255);
    await expect(lab.exec("one", ["true"])).rejects.toThrow("one is off");
    await lab.powerOn("one");
    expect(await inside("one", "cat /root/kept; nft list tables")).toBe("kept");
    expect((await ssh("one", "true")).exitCode).toBe(0);
  });

  test("a reboot from within comes back by itself, without the rules", async () => {
    const before = await bootTime("one");
    await inside("one", "nft add table inet mine; systemctl reboot");
    await until("another boot", async () => {
      const now = await bootTime("one").catch(() => before);
      return now !== before;
    });
    await lab.waitUntilReady("one");
    expect(await inside("one", "cat /root/kept; nft list tables")).toBe("kept");
  });

  test("a host that powered itself off stays off until it is started", async () => {
    await inside("one", "systemctl poweroff");
    await until("off", () => Promise.resolve(stateOf("one") === "off"));
    await lab.up(["one"]);
    expect(await inside("one", "cat /root/kept")).toBe("kept");
  });

  test("what a crash left running is ended before the next boot", async () => {
    const folder = path.join(lab.folder, "hosts/one");
    for (const record of ["supervisor.process", "boot.process"]) {
      const text = await readFile(path.join(folder, record), "utf8");
      process.kill(Number(text.split(" ")[0]), "SIGKILL");
    }
    await until("off", () => Promise.resolve(stateOf("one") === "off"));
    await lab.up(["one"]);
    expect(await inside("one", "cat /root/kept")).toBe("kept");
    expect(await containers(lab.address("one"))).toBe(1);
  });

  test("a reset host has a fresh disk and the same identity", async () => {
    const id = await inside("one", "cloud-init query instance_id");
    await lab.reset(["one"]);
    expect(await inside("one", "ls /root")).toBe("");
    expect(await inside("one", "cloud-init query instance_id")).not.toBe(id);
    expect((await ssh("one", "true")).exitCode).toBe(0);
    expect(await inside("two", "true")).toBe("");
  });

  test("a saved disk is begun from again and again, and gone with its host", async () => {
    await lab.up(["three"]);
    const id = await inside("three", "cloud-init query instance_id");
    await inside("three", "echo saved >/root/kept; rm /etc/motd");
    await lab.save(["three"]);
    expect(stateOf("three")).toBe("absent");
    for (const later of ["first", "second"]) {
      await lab.restore(["three"]);
      const files = "cat /root/*; ls /etc/motd 2>/dev/null || echo none";
      expect(await inside("three", files)).toBe("saved\nnone");
      expect(await inside("three", "cloud-init query instance_id")).toBe(id);
      await inside("three", `echo ${later} >/root/kept; touch /etc/motd`);
    }
    await expect(lab.save(["three"])).rejects.toThrow("no disk of its own");
    await lab.down(["three"]);
    await expect(lab.restore(["three"])).rejects.toThrow("no saved disk");
    expect(
      await readdir(path.join(lab.folder, "hosts/three")),
    ).not.toContainEqual(expect.stringContaining("disk-"));
  });
});

describe("packages", () => {
  // A path that nobody can have fetched: a mirror refuses it, a cache that does not ask says 503.
  const ask = (host = "one") => {
    const url = `${packagesOrigin}/debian/pool/main/n/never/never_${Date.now()}_all.deb`;
    const proxy = 'eval "$(apt-config shell proxy Acquire::http::Proxy)"';
    return inside(
      host,
      `${proxy}; curl -s -o /dev/null -w '%{http_code}' -x "$proxy" ${url}`,
    );
  };
  const install =
    "apt-get update -q && apt-get install -qy tree && tree --version";

  test("come through the cache, and once there without the mirror", async () => {
    expect(await ask()).toMatch(/^4/);
    expect(await inside("one", install)).toContain("tree v");
    await withLab({ offline: true });
    await lab.reset(["one"]);
    expect(await ask()).toBe("503");
    expect(await ask("two")).toMatch(/^4/);
    expect(await inside("one", install)).toContain("tree v");
    await withLab({});
    await lab.reset(["one"]);
    expect(await ask()).toMatch(/^4/);
  });
});

describe("options", () => {
  test("a host has as many processors as it was given, on a disk in memory if asked", async () => {
    await withLab({ cpus: 1, disk: "memory" });
    await lab.up(["small"]);
    expect((await ssh("small", "nproc")).stdout).toBe("1");
    const mounts = await inside("small", "grep ' / ' /proc/self/mounts");
    expect(mounts).toContain("upperdir=/dev/shm/");
    await lab.down(["small"]);
    expect(stateOf("small")).toBe("absent");
  });

  test("the range of a lab with hosts does not move", async () => {
    await expect(Lab.open({ name, range: "10.99.0.0/16" })).rejects.toThrow(
      `lab ${name} has hosts in 10.86.0.0/16: take them down before it moves`,
    );
  });
});

describe("the command", () => {
  // Where CI=true is set, colour is on even without a terminal.
  const plain = { NO_COLOR: "1" };
  const command = (...words: string[]) =>
    execa(process.execPath, ["lab/cli.ts", "--lab", name, ...words], {
      env: plain,
      reject: false,
    });

  test("shows hosts as a table and as JSON", async () => {
    expect((await command("status")).stdout).toMatch(
      /one +│ 10\.86\.\d+\.13 │ on/,
    );
    const { stdout } = await command("status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      name,
      knownHostsFile: lab.knownHostsFile,
    });
    expect((await command("list")).stdout).toContain(lab.folder);
  });

  test("fails without root, naming the other ways", async () => {
    const words = ["--reuid=65534", "--clear-groups", process.execPath];
    const { exitCode, stderr } = await execa(
      "setpriv",
      [...words, "lab/cli.ts", "up"],
      { env: plain, reject: false },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: The lab needs root.*hosts that exist already/s,
    );
  });

  test("ssh passes the command on and its exit code back", async () => {
    const { stdout, exitCode } = await command(
      "ssh",
      "one",
      "--",
      "hostname; exit 7",
    );
    expect([stdout, exitCode]).toEqual(["one", 7]);
  });

  test("fails on a host that there is none of, naming those there are", async () => {
    const { stderr, exitCode } = await command("power-off", "tree");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "no host tree in this lab (it has: one, two, three, small)",
    );
  });
});

test("down leaves no process, mount, cable or control group, and keeps the keys", async () => {
  const addresses = lab.status().map(({ address }) => address);
  expect(await controlGroups()).not.toEqual([]);
  await lab.down();
  for (const address of addresses) expect(await containers(address)).toBe(0);
  const mounts = await readFile("/proc/self/mountinfo", "utf8");
  expect(mounts).not.toContain(lab.folder);
  expect(await controlGroups()).toEqual([]);
  const subnet = addresses[0]?.split(".")[2];
  const cables = await readdir(`/sys/class/net/${bridge}/brif`).catch(() => []);
  expect(cables.filter((cable) => cable.startsWith(`flv-${subnet}-`))).toEqual(
    [],
  );
  expect(await readdir(path.join(lab.folder, "hosts/one"))).toEqual([
    "console.log",
    "ssh_host_ed25519_key",
    "ssh_host_ed25519_key.pub",
  ]);
  expect(lab.status().map(({ name, state }) => `${name} ${state}`)).toEqual([
    "one absent",
    "two absent",
    "three absent",
    "small absent",
  ]);
});

/** The control groups of the lab's hosts, in whichever hierarchy. */
async function controlGroups(): Promise<string[]> {
  const state = await loadState(lab.folder);
  const hosts = Object.keys(state?.hosts ?? {});
  const names = hosts.map((host) => findHost(lab.folder, state, host).cgroup);
  const { stdout } = await execa("find", ["/sys/fs/cgroup", "-maxdepth", "2"]);
  return stdout
    .split("\n")
    .filter((file) => names.includes(path.basename(file)));
}

/** How many systemd-nspawn run for an address, by their own command lines. */
async function containers(address: string): Promise<number> {
  const [, , subnet, number] = address.split(".");
  const pattern = `--machine=[^ ]*-flv-${subnet}-${number} `;
  const { stdout } = await execa(
    "pgrep",
    ["--count", "--full", "--", pattern],
    {
      reject: false,
    },
  );
  return Number(stdout);
}
