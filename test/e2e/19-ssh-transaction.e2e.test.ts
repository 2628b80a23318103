import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../lab/index.ts";
import { makeSshKeys } from "../ssh-keys.ts";
import { endedProcesses, until } from "./engine.ts";
import { LinkedProject } from "./linked-project.ts";
import { SshWatch } from "./ssh-watch.ts";
import { testLab } from "./test-lab.ts";

const labName = testLab();
const confirmSeconds = 5;
const dropIn = "sshd:/etc/ssh/sshd_config.d/10-flotilla.conf";
const bootPort = 22;

const [final, rotated, stranger, nextLogin] = [
  makeSshKeys(),
  makeSshKeys(),
  makeSshKeys(),
  makeSshKeys(),
];

let lab: Lab;
let project: LinkedProject;
/** The key that the host booted with, and the login that it booted with. */
let bootKey = "";
let privateKey = "";
/** What the program is given, change by change. */
let given: ReturnType<typeof wanted>;

beforeAll(async () => {
  lab = await Lab.open({ name: labName });
  await lab.reset(["web-1"]);
  await lab.up(["web-1"]);
  project = await LinkedProject.open("ssh-way", labName);
  const hosts = await readFile(lab.knownHostsFile, "utf8");
  const address = lab.address("web-1");
  const line = hosts.split("\n").find((one) => one.startsWith(address)) ?? "";
  bootKey = line.split(" ").slice(1, 3).join(" ");
  privateKey = await readFile(lab.keyFile, "utf8");
  given = wanted();
});

afterAll(async () => {
  await lab.down();
  await project.close();
});

describe("the first contact", () => {
  it("fails when the wire shows a key that is neither the boot key nor the final one, and nothing is sent", async () => {
    given.connection.first.hostKeys = [stranger.public];
    const output = await upFails();
    expect(output).toContain("shows another host key than the pinned one");
    expect(output).toContain("nothing was sent");
    expect(await on("ls /var/lib/flotilla 2>/dev/null || true")).toBe("");
  });

  it("is made by the boot key, and leaves the final one: no other is accepted afterwards", async () => {
    given.connection.first.hostKeys = [bootKey];
    await up();
    expect(await shownKey(bootPort)).toBe(final.public);
    given.connection.first.hostKeys = [];
    given.connection.first.timeoutSeconds = 30;
    expect(await preview()).toMatch(/Resources:\s+4 unchanged/);
  });
});

describe("sshd on another port", () => {
  it("is never out of reach on both, and then only there, in sshd and in the rules", async () => {
    const way = { ...given.connection, user: lab.user };
    const watch = new SshWatch(way, [bootPort, 2222], privateKey);
    movePort(2222);
    await up();
    const looks = await watch.stop();
    expect(looks.length).toBeGreaterThan(5);
    expect(looks.filter((look) => ![...look.values()].includes(true))).toEqual(
      [],
    );
    expect(looks[0]?.get(bootPort)).toBe(true);
    expect(await ports()).toBe("2222");
    expect(await rules()).not.toMatch(/dport 22 /);
    expect(await rules()).toMatch(/dport 2222 /);
  });

  it("that does not open is taken back by the host in time, its rules as before", async () => {
    const before = await rules();
    await block(2223);
    movePort(2223);
    const update = upFails();
    await until("both are tried", async () => (await ports()) === "2222 2223");
    const begin = performance.now();
    await until("2223 is closed", async () => (await ports()) === "2222");
    expect(performance.now() - begin).toBeLessThan(
      (confirmSeconds + 10) * 1000,
    );
    expect(await update).toContain("rolled back");
    expect(await rules()).toBe(before);
  });

  it("whose job is killed inside the window comes with the next update", async () => {
    const update = upFails();
    await until("both are tried", async () => (await ports()) === "2222 2223");
    await on("systemctl kill --signal=KILL 'flotilla-job-*.service'");
    expect(await update).toContain("the job ended without a result");
    await until("2223 is closed", async () => (await ports()) === "2222");
    await unblock();
    await up();
    expect(await ports()).toBe("2223");
  });

  it("whose engine is killed inside the window comes with the next update", async () => {
    await block(2224);
    movePort(2224);
    await configure();
    const engine = project.startUp();
    await until("both are tried", async () => (await ports()) === "2223 2224");
    process.kill(-(engine.pid ?? 0), "SIGKILL");
    await engine;
    await unblock();
    await endedProcesses({ stateFolder: path.join(project.folder, "state") });
    await project.mustRun("pulumi", "cancel", "--yes");
    await up();
    expect(await ports()).toBe("2224");
    expect(await on("systemctl is-active ssh.service")).toBe("active");
  });
});

describe("key and login", () => {
  it("a host key, a login and an operator key change together: the old ones work until the new ones did", async () => {
    given.connection.hostKeys = [rotated.public];
    given.connection.user = "ops";
    given.provider = {
      privateKey: nextLogin.private,
      previousPrivateKey: privateKey,
    };
    Object.assign(given.manifests["web-1"], {
      "host-key:ed25519": { privateKey: rotated.private, confirmSeconds },
      ...login("ops"),
    });
    await up();
    expect(await shownKey(2224)).toBe(rotated.public);
  });

  it("a login that goes is still there until the next one has opened the host", async () => {
    given.connection.user = "later";
    given.provider = { privateKey: nextLogin.private };
    const { manifests } = given;
    manifests["web-1"] = Object.fromEntries(
      Object.entries(manifests["web-1"]).filter(
        ([key]) => !/\bops\b/.test(key),
      ),
    );
    Object.assign(manifests["web-1"], login("later"));
    await up();
    expect(await on("getent passwd ops || echo gone")).toBe("gone");
    expect(await preview()).toMatch(/Resources:\s+4 unchanged/);
  });
});

/** The program's file before any change. */
function wanted() {
  return {
    provider: { privateKey } as Record<string, string>,
    connection: {
      address: lab.address("web-1"),
      port: bootPort,
      user: lab.user,
      hostKeys: [final.public],
      first: {
        hostKeys: [bootKey],
        users: ["root"],
        ports: [2200],
        timeoutSeconds: 60,
      },
    },
    manifests: {
      "web-1": {
        "host-key:ed25519": { privateKey: final.private, confirmSeconds },
        [dropIn]: { ...port(bootPort), confirmSeconds },
      } as Record<string, object>,
      "web-1-firewall": firewall(bootPort) as Record<string, object>,
    },
  };
}

function port(number: number) {
  return { template: "Port {{port}}\n", values: { port: number } };
}

function firewall(sshPort: number) {
  const rules = { ssh: { port: sshPort } };
  return { "nftables:flotilla": { rules, sshPort, confirmSeconds } };
}

function movePort(to: number): void {
  given.connection.port = to;
  given.manifests["web-1"][dropIn] = { ...port(to), confirmSeconds };
  given.manifests["web-1-firewall"] = firewall(to);
}

/** A login with the operator's next key that may become root. */
function login(name: string): Record<string, object> {
  const home = `/home/${name}`;
  const own = { owner: name, group: name };
  return {
    [`user:${name}`]: { keepData: false },
    [`directory:${home}/.ssh`]: { mode: "0700", ...own },
    [`file:${home}/.ssh/authorized_keys`]: {
      template: `${nextLogin.public}\n`,
      mode: "0600",
      ...own,
      validate: "authorized-keys",
    },
    [`file:/etc/sudoers.d/${name}`]: {
      template: `${name} ALL=(ALL) NOPASSWD: ALL\n`,
      mode: "0440",
      validate: "sudoers",
    },
  };
}

async function configure(): Promise<void> {
  await project.write("given.json", JSON.stringify(given));
}

async function up(): Promise<string> {
  await configure();
  return project.up();
}

async function upFails(): Promise<string> {
  await configure();
  return project.upFails();
}

async function preview(): Promise<string> {
  await configure();
  return project.mustRun("pulumi", "preview", "--expect-no-changes");
}

async function on(script: string): Promise<string> {
  const result = await lab.exec("web-1", ["bash", "-c", script]);
  if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
  return result.stdout.trim();
}

/** Ports on which an sshd listens. */
async function ports(): Promise<string> {
  return on(
    `ss -Hltnp | sed -n 's/.*:\\([0-9]*\\) .*"sshd".*/\\1/p' | sort -nu | paste -sd ' '`,
  );
}

/** The table as the kernel has it and as a boot would load it. */
async function rules(): Promise<string> {
  return on(
    "nft --stateless list table inet flotilla && cat /var/lib/flotilla/firewall/flotilla.nft",
  );
}

async function shownKey(from: number): Promise<string> {
  return on(
    `ssh-keyscan -p ${String(from)} -t ed25519 127.0.0.1 2>/dev/null | cut -d ' ' -f 2,3`,
  );
}

/** A rule of nobody's, before all others. */
async function block(number: number): Promise<void> {
  await on(
    `nft 'add table inet e2e_fault; add chain inet e2e_fault input { type filter hook input priority -200; }; add rule inet e2e_fault input iifname != lo tcp dport ${String(number)} drop'`,
  );
}

async function unblock(): Promise<void> {
  await on("nft delete table inet e2e_fault");
}
