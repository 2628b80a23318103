import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./engine.ts";
import { unblock } from "./fault.ts";
import { countSsh, isInstalling, leftovers, sshCount } from "./probe.ts";
import { page, TestFleet, type StateResource } from "./test-fleet.ts";

let fleet: TestFleet;

/** Seconds that a dial may take; short, because this file waits for some that cannot succeed. */
const connectTimeoutSeconds = 6;

beforeAll(async () => {
  fleet = await TestFleet.open();
  fleet.config.ssh.connectTimeoutSeconds = connectTimeoutSeconds;
  await fleet.configure();
});

afterAll(async () => {
  await fleet.close();
});

describe("a connection that is lost while a job runs", () => {
  it("is made again, whether it was reset or fell silent, and nothing is done twice", async () => {
    const engine = fleet.start("up", "--yes", "--skip-preview");
    let output = "";
    engine.all.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await Promise.all([
      cutDuringApt("web-1", "reject with tcp reset"),
      cutDuringApt("db-1", "drop"),
    ]);
    await Promise.all(
      ["web-1", "db-1"].map(async (host) => {
        const lost = new RegExp(`${host}-packages.*contact lost`);
        await until(`${host} is missed`, () => lost.test(output), 60);
        await unblock(fleet, host);
      }),
    );
    const result = await engine;
    expect(result.exitCode, result.all).toBe(0);
    expectNoStackTrace(result.all);
    for (const host of ["web-1", "db-1"]) {
      expect(await packageRuns(host)).toEqual(["begin", "end"]);
      expect(await installedTwice(host)).toBe("");
      await until(
        `${host} is tidy`,
        async () => (await leftovers(fleet, host)) === "",
        30,
      );
    }
    expect((await fleet.up()).output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });
});

describe("a wrong host key", () => {
  it("stops everything before a byte is sent, and shows both fingerprints", async () => {
    const { known, other } = await twoHostKeys();
    await countSsh(fleet, "web-1");
    const { logins } = await sshCount(fleet, "web-1");
    const since = await fleet.on("web-1", "date +%s");
    fleet.config.hosts["web-1"] = { ...onWeb(), hostKey: other.key };
    await fleet.configure();
    await fleet.writeSite("index.html", page("second"));
    const { output } = await fleet.upFails();
    expect(output).toContain("web-1 (");
    expect(output).toContain(`Shown: ${known}`);
    expect(output).toContain(`pinned: ${other.fingerprint}`);
    expect(output).toContain("nothing was sent");
    expect(output).toContain("pin its new key");
    expectNoStackTrace(output);
    const after = await sshCount(fleet, "web-1");
    expect(after.connections).toBe(1);
    expect(after.logins).toBe(logins);
    expect(await namesHeardBySshd("web-1", since)).toBe("");
    expect(await bodyOfSite()).toBe(page("first"));
  });

  it("is forgotten as soon as the right one is pinned again", async () => {
    delete onWeb()["hostKey"];
    await fleet.configure();
    await fleet.up();
    expect(await bodyOfSite()).toBe(page("second"));
  });

  it("is no host that is off: a refresh fails while sshd shows another key", async () => {
    await fleet.on("web-1", showAnotherKey);
    const { code, output } = await fleet.pulumi("refresh", "--yes");
    await fleet.on("web-1", showTheRightKey);
    expect(code).not.toBe(0);
    expect(output).toContain("another host key than the pinned one");
    expectNoStackTrace(output);
    await fleet.mustSucceed("refresh", "--yes");
  });
});

describe("a host key that nobody pinned", () => {
  it("is announced by a preview, without contact", async () => {
    const nobody = path.join(fleet.folder, "known-to-nobody");
    await writeFile(nobody, "");
    Object.assign(onDb(), { knownHostsFile: nobody });
    await fleet.configure();
    const refused = await fleet.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("has no key for");
    Object.assign(onDb(), { acceptNewHostKey: true });
    await fleet.configure();
    await countSsh(fleet, "db-1");
    const { output } = await fleet.mustSucceed("preview");
    expect(output).toContain("db-1: the key that it shows first will be");
    expect((await sshCount(fleet, "db-1")).connections).toBe(0);
  });

  it("is accepted at the first contact, said with its fingerprint, and recorded", async () => {
    const known = await fingerprintOf("db-1");
    const { output } = await fleet.up();
    expect(output).toContain(`db-1: accepted the host key ${known}`);
    const { hosts } = (await fleet.outputs()) as { hosts: Hosts };
    expect(hosts["db-1"]?.acceptedHostKey?.fingerprint).toBe(known);
  });

  it("is the only one from then on: neither an update nor a refresh accepts another", async () => {
    await fleet.on("db-1", showAnotherKey);
    const { code, output } = await fleet.pulumi("refresh", "--yes");
    const update = await fleet.up();
    await fleet.on("db-1", showTheRightKey);
    expect(code).not.toBe(0);
    expect(output).toContain("another host key than the pinned one");
    expect(update.output).toMatch(/Resources:\s+\d+ unchanged\s/);
    expect(output + update.output).not.toContain("accepted the host key");
  });

  it("fails beside another pinned one, with both fingerprints", async () => {
    const { other } = await twoHostKeys();
    Object.assign(onDb(), { hostKey: other.key });
    await fleet.configure();
    const { code, output } = await fleet.pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toContain(other.fingerprint);
    expect(output).toContain(await fingerprintOf("db-1"));
    for (const key of ["hostKey", "acceptNewHostKey", "knownHostsFile"])
      Reflect.deleteProperty(onDb(), key);
    await fleet.configure();
    await fleet.up();
  });
});

describe("a host that is off", () => {
  it("keeps its state at a refresh, with one warning", async () => {
    await fleet.lab.powerOff("db-1");
    const before = await observedOf("db-1");
    const { output, seconds } = await fleet.mustSucceed(
      "refresh",
      "--yes",
      "--skip-preview",
    );
    const warnings = output
      .slice(output.indexOf("Diagnostics:"))
      .match(/warning: .*$/gm);
    expect(warnings).toHaveLength(1);
    expect(warnings?.[0]).toMatch(/^warning: db-1 \(.*(unreachable|refuses)/);
    expect(warnings?.[0]).toContain("What is known of it stays as it was");
    expect(seconds).toBeLessThan(connectTimeoutSeconds + 20);
    expect(before.length).toBeGreaterThan(2);
    expect(await observedOf("db-1")).toEqual(before);
    expectNoStackTrace(output);
  });

  it("fails clearly at an update, and the other host is done", async () => {
    await fleet.writeSite("index.html", page("third"));
    fleet.config.hosts["db-1"] = {
      ...fleet.config.hosts["db-1"],
      packages: ["tree", "jq"],
    };
    await fleet.configure();
    const { output, seconds } = await fleet.upFails();
    expect(output).toMatch(
      /error: db-1 \(\w+@[\d.]+, port 22\) (is unreachable|refuses the connection)/,
    );
    expect(output).not.toMatch(/error: web-1/);
    expect(seconds).toBeLessThan(connectTimeoutSeconds + 20);
    expect(await bodyOfSite()).toBe(page("third"));
    expectNoStackTrace(output);
  });

  it("is done by a plain update once it is on again", async () => {
    await fleet.lab.powerOn("db-1");
    await fleet.up();
    expect(await fleet.on("db-1", "command -v jq")).toContain("jq");
  });
});

describe("a host that is gone for good", () => {
  it("fails at a destroy with what to do, and the other host is cleared", async () => {
    await fleet.lab.powerOff("db-1");
    const { code, output } = await fleet.pulumi("destroy", "--yes");
    expect(code).not.toBe(0);
    expect(output).toMatch(/error: .*db-1 .*forgetHosts/);
    expectNoStackTrace(output);
    expect(await observedOf("db-1")).not.toEqual([]);
    expect(await fleet.on("web-1", "ls /srv")).toBe("");
  });

  it("is forgotten when that is asked for, and what was left there is named", async () => {
    await forget(["db-1"]);
    const words = ["destroy", "--yes", "--run-program"];
    const { output } = await fleet.mustSucceed(...words);
    expectListOfWhatWasLeft(output);
    expectNoStackTrace(output);
    const state = (await fleet.state()).deployment as Partial<Deployment>;
    expect(state.resources ?? []).toEqual([]);
  });

  it("is taken over as it was left when it comes back after all", async () => {
    await forget([]);
    await fleet.lab.powerOn("db-1");
    await fleet.up();
    expect(await installedTwice("db-1")).toBe("");
    expect((await fleet.up()).output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });

  it("leaves the configuration by an update, once it is named as gone", async () => {
    await fleet.lab.powerOff("db-1");
    const { "web-1": web } = fleet.config.hosts;
    Object.assign(fleet.config, { hosts: { "web-1": web } });
    delete fleet.config.services["cache"];
    delete fleet.config.flows["web-to-cache"];
    await fleet.configure();
    const refused = await fleet.upFails();
    expect(refused.output).toMatch(/error: .*db-1 .*forgetHosts/);
    expectNoStackTrace(refused.output);
    await forget(["db-1"]);
    expectListOfWhatWasLeft((await fleet.up()).output);
    expect(await observedOf("db-1")).toEqual([]);
    expect(await bodyOfSite()).toBe(page("third"));
  });
});

function onWeb(): Record<string, unknown> {
  return fleet.config.hosts["web-1"];
}

function onDb(): Record<string, unknown> {
  return fleet.config.hosts["db-1"];
}

type Hosts = Record<string, { acceptedHostKey?: { fingerprint: string } }>;

async function fingerprintOf(host: string): Promise<string> {
  const file = "/etc/ssh/ssh_host_ed25519_key.pub";
  return fleet.on(host, `ssh-keygen -lf ${file} | cut -d' ' -f2`);
}

const hostKeys = "/etc/ssh/ssh_host_";
const showAnotherKey = `mkdir /root/keys && mv ${hostKeys}* /root/keys
  ssh-keygen -q -t ed25519 -N "" -f ${hostKeys}ed25519_key && systemctl reload ssh`;
const showTheRightKey = `mv -f /root/keys/* /etc/ssh && rmdir /root/keys && systemctl reload ssh`;

type Deployment = Awaited<ReturnType<TestFleet["state"]>>["deployment"];

async function forget(forgetHosts: readonly string[]): Promise<void> {
  Object.assign(fleet.config, { forgetHosts });
  await fleet.configure();
}

function expectListOfWhatWasLeft(output: string): void {
  const left = (output.match(/warning: db-1: forgotten.*/g) ?? []).join();
  for (const item of [
    "package:redis-server",
    "directory:/var/lib/redis",
    "file:/etc/redis/flotilla.conf",
    "unit:redis-server.service",
    "nftables:flotilla",
  ])
    expect(left).toContain(item);
}

/** Cuts the way to sshd, in both directions, as soon as dpkg is at work. */
async function cutDuringApt(host: string, verdict: string): Promise<void> {
  await until(`dpkg runs on ${host}`, () => isInstalling(fleet, host));
  await fleet.on(
    host,
    `nft -f - <<'EOF'
table inet e2e_fault {
  chain input { type filter hook input priority -200; tcp dport 22 ${verdict}; }
  chain output { type filter hook output priority -200; tcp sport 22 tcp flags & rst == 0 drop; }
}
EOF`,
  );
}

/** What the journals say of apt's transactions on a host. */
async function packageRuns(host: string): Promise<string[]> {
  const lines = await fleet.on(
    host,
    `cd /var/lib/flotilla/jobs
     for job in *; do
       for id in $(awk '$1 == "step" && $3 == "packages-install" {print $2}' "$job/plan"); do
         awk -v id="$id" '$2 == id {print $3}' "$job/journal"
       done
     done`,
  );
  return lines.split("\n");
}

async function installedTwice(host: string): Promise<string> {
  const script =
    "awk '$3 == \"install\" {print $4}' /var/log/dpkg.log | sort | uniq -d";
  return fleet.on(host, script);
}

/** The fingerprint that web-1's sshd really has, and a key that is not its own; both as OpenSSH says. */
async function twoHostKeys() {
  const known = await fingerprintOf("web-1");
  const folder = await mkdtemp(path.join(fleet.folder, "key-"));
  const file = path.join(folder, "other");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  const { stdout } = await execa("ssh-keygen", ["-lf", `${file}.pub`]);
  const [type, blob] = (await readFile(`${file}.pub`, "utf8")).split(" ");
  await rm(folder, { recursive: true });
  const key = `${type ?? ""} ${blob ?? ""}`;
  return { known, other: { key, fingerprint: stdout.split(" ")[1] ?? "" } };
}

/** Lines in which sshd speaks of a user: whoever stops at the host key tells no name. */
async function namesHeardBySshd(host: string, since: string): Promise<string> {
  return fleet.on(
    host,
    `journalctl -u ssh --since=@${since} -o cat --no-pager | grep -E 'user|for ${fleet.lab.user}' || true`,
  );
}

/** What the state holds of a host's manifests; an export encrypts anew, so not how a secret is written. */
async function observedOf(host: string): Promise<unknown[]> {
  const state = (await fleet.state()).deployment as Partial<Deployment>;
  const found = (state.resources ?? [])
    .filter((one) => isOn(host, one))
    .map(({ urn, inputs, outputs }) => ({ urn, inputs, outputs }));
  const text = JSON.stringify(found, (key, value: unknown) =>
    key === "ciphertext" ? "encrypted" : value,
  );
  return JSON.parse(text) as unknown[];
}

function isOn(host: string, { type, inputs }: StateResource): boolean {
  if (type !== "flotilla:index:Manifest") return false;
  return (inputs["host"] as { name: string }).name === host;
}

async function bodyOfSite(): Promise<string> {
  const response = await fetch(`http://${fleet.address("web-1")}/`);
  return response.text();
}

function expectNoStackTrace(output: string): void {
  expect(output).not.toMatch(
    /^\s+at .*[:(]|node:internal|\.mjs:\d+|goroutine \d|UnhandledPromise/m,
  );
}
