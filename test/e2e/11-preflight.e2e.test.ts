import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout } from "../../toolchain/build.ts";
import { until } from "./engine.ts";
import { countSsh, sshCount } from "./probe.ts";
import { SmallDisk } from "./small-disk.ts";
import { TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;
const hosts = ["web-1", "db-1"] as const;

beforeAll(async () => {
  fleet = await TestFleet.open();
});

afterAll(async () => {
  await fleet.close();
});

describe("a host that is in no fleet", () => {
  it("has facts, and nothing is deployed", async () => {
    const { lab } = fleet;
    const host = `${lab.user}@${lab.address("web-1")}`;
    const access = ["--key", lab.keyFile, "--known-hosts", lab.knownHostsFile];
    const words = ["facts", host, "--json", ...access];
    const { stdout, exitCode } = await execa(process.execPath, [
      launcher,
      ...words,
    ]);
    expect(exitCode).toBe(0);
    const { hosts: found } = JSON.parse(stdout) as PreflightJson;
    expect(found[host]?.facts).toMatchObject({
      cpus: Number(await fleet.on("web-1", "nproc")),
      os: "debian 12",
      hostname: "web-1",
      source: "ssh",
    });
    expect(
      await fleet.on("web-1", "ls -A /var/lib/flotilla 2>&1; true"),
    ).toMatch(/No such file/);
  });
});

describe("a host that no update has met, and whose first key is accepted", () => {
  it("is looked at with the key that it shows, which is told, and recorded nowhere", async () => {
    const before = structuredClone(fleet.config.hosts);
    const knownHostsFile = path.join(fleet.folder, "known-to-nobody");
    await writeFile(knownHostsFile, "");
    const unpinned = { acceptNewHostKey: true, knownHostsFile };
    Object.assign(fleet.config.hosts["db-1"], unpinned);
    await fleet.configure();
    const host = ["db-1", "--stack", "e2e"];
    const { code, stdout } = await flotilla("facts", ...host, "--json");
    const print = await fleet.on(
      "db-1",
      "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 2",
    );
    const { hosts: found } = JSON.parse(stdout) as PreflightJson;
    expect(code).toBe(0);
    expect(found["db-1"]).toMatchObject({
      ...{ problem: null, unpinnedKey: print },
      facts: { hostname: "db-1" },
    });
    const report = await flotilla("preflight", ...host);
    expect(report.stdout).toContain(`db-1 showed the host key ${print}`);
    expect(JSON.stringify(await fleet.state())).not.toContain("ssh-ed25519");
    expect(await readFile(knownHostsFile, "utf8")).toBe("");
    fleet.config.hosts = before;
    await fleet.configure();
  });
});

describe("hosts with many problems at once", () => {
  let output: string;
  let mend: () => Promise<void>;

  it("are refused with one report of all of them, after one connection each", async () => {
    mend = await breakWeb();
    await fleet.on(
      "db-1",
      `mv ~${fleet.lab.user}/.ssh/authorized_keys /root/kept`,
    );
    Object.assign(fleet.config.hosts, { "gone-1": await nobody() });
    Object.assign(fleet.config, { preflight: { minDiskGb: 99_000 } });
    await fleet.configure();
    for (const host of hosts) await countSsh(fleet, host);
    ({ output } = await fleet.upFails());
    expect(output).toContain(
      "3 of 3 new or changed hosts cannot be worked on, and nothing was changed on any host:",
    );
    expect(found(output, "gone-1")).toEqual([
      expect.stringMatching(/^connection: gone-1 \(.*\) is unreachable/),
    ]);
    expect(found(output, "web-1")).toEqual([
      "sudo: user flotilla cannot become root without a password (sudo: a password is required)",
      "system: runs Alpine Linux",
      expect.stringMatching(
        /^disk: its root file system has [\d.]+ GB, 99000 GB are asked for$/,
      ),
      "disk: only 0 MB are free on /var",
      "inodes: only 0 inodes are free on /var: packages are made of many small files",
      expect.stringMatching(
        /^warning, diskSpeed: could not be looked at: mktemp: .*: No space left on device$/,
      ),
      "clock: its clock is 3 h ahead of this machine's",
      "dns: cannot resolve packages.flotilla.internal",
      expect.stringMatching(
        /^sources: the package source http:\/\/\S+ cannot be reached: Could not connect to 127\.0\.0\.1:9 /,
      ),
      expect.stringMatching(/^sources: the package source /),
      expect.stringMatching(
        /^warning, aptLock: the lock of apt is held by process \d+ \(python3\)/,
      ),
      "warning, hostname: its own name web-1 does not resolve there: sudo and mail wait for it",
      "ports: port tcp/80, which sites.welcome needs, is taken by a process that only root can name",
    ]);
    expect(found(output, "db-1")).toEqual([
      expect.stringMatching(
        /^connection: db-1 \(flotilla@\S+, port 22\) is up and is the right host, but refuses the login/,
      ),
    ]);
    for (const host of hosts)
      expect((await sshCount(fleet, host)).connections).toBe(1);
  });

  it("were not changed", async () => {
    for (const host of hosts) {
      expect(
        await fleet.on(host, "ls -A /var/lib/flotilla 2>&1; true"),
      ).toMatch(/No such file/);
      expect(await traces(host)).toBe("");
    }
    const { deployment } = await fleet.state();
    expect(
      deployment.resources.filter(({ type }) =>
        /:(Manifest|Preflight)$/.test(type),
      ),
    ).toEqual([]);
  });

  it("has the line that lets the login become root, and then sees who holds the port", async () => {
    const line = /add the line '(.*)'/.exec(output)?.[1] ?? "";
    await fleet.on("web-1", `echo '${line}' >/etc/sudoers.d/flotilla`);
    ({ output } = await fleet.upFails());
    expect(found(output, "web-1").at(-1)).toMatch(
      /^ports: port tcp\/80, which sites.welcome needs, is taken by python3 \(pid \d+, squatter\.service\)$/,
    );
  });

  it("has the script that lets the key in", async () => {
    expect(await fleet.canLogIn("db-1")).toBe(false);
    const script = /^ *(bash -s -- [^]*\nFLOTILLA)$/m.exec(
      report(output).join("\n"),
    )?.[1];
    expect(script).toBeDefined();
    await fleet.on("db-1", "rm /etc/sudoers.d/*");
    await fleet.on("db-1", script ?? "false");
    expect(await fleet.canLogIn("db-1")).toBe(true);
    const before = await authorized();
    await fleet.on("db-1", script ?? "false");
    expect(await authorized()).toBe(before);
  });

  it("are worked on once they are mended, with one connection and one for the firewall", async () => {
    await mend();
    Reflect.deleteProperty(fleet.config.hosts, "gone-1");
    Object.assign(fleet.config, { preflight: {} });
    await fleet.configure();
    for (const host of hosts) await countSsh(fleet, host);
    await fleet.up();
    for (const host of hosts)
      expect((await sshCount(fleet, host)).connections).toBe(2);
  });
});

describe("a fleet that runs", () => {
  it("is not looked at again when nothing changed, and a key file that others can read is repaired", async () => {
    const { keyFile } = fleet.lab;
    await execa("chmod", ["0644", keyFile]);
    for (const host of hosts) await countSsh(fleet, host);
    const { output } = await fleet.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
    expect(output).toMatch(
      /could be read by others \(mode 0644\): its mode is 0600 now/,
    );
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    for (const host of hosts)
      expect((await sshCount(fleet, host)).connections).toBe(0);
  });

  it("shows what was declared beside what was found, and looks at the changed host alone", async () => {
    fleet.config.hosts["db-1"] = {
      ...fleet.config.hosts["db-1"],
      declared: { cpus: 64, memoryMib: 1 },
    };
    await fleet.configure();
    const preview = await fleet.mustSucceed("preview", "--diff");
    expect(preview.output).toContain("declared");
    for (const host of hosts)
      expect((await sshCount(fleet, host)).connections).toBe(0);
    const { output } = await fleet.up();
    const cpus = await fleet.on("db-1", "nproc");
    expect(output).toContain(
      `warning, declared: declared are 64 cpus, found ${cpus}`,
    );
    expect((await sshCount(fleet, "web-1")).connections).toBe(0);
    expect((await sshCount(fleet, "db-1")).connections).toBe(1);
    const { hosts: outputs } = (await fleet.outputs()) as {
      hosts: Record<string, Record<string, unknown>>;
    };
    expect(outputs["db-1"]).toMatchObject({
      declared: { cpus: 64, memoryMib: 1 },
      differences: [
        `declared are 64 cpus, found ${cpus}`,
        expect.stringMatching(/^declared are 1 MiB of memory, found \d+$/),
      ],
      facts: { cpus: Number(cpus), source: "ssh" },
    });
  });
});

describe("the command", () => {
  it("finds a running fleet ready: its own ports are no obstacle", async () => {
    const { code, stdout } = await flotilla("preflight");
    expect([stdout, code]).toEqual([
      expect.stringMatching(/^db-1 [^]*2 hosts ready; nothing was changed\n$/),
      0,
    ]);
  });

  it("names a port that somebody else took, and leaves nothing", async () => {
    await fleet.on("db-1", "systemctl stop redis-server");
    await fleet.on("db-1", `${squatter} 6379`);
    await portIsTaken("db-1", 6379);
    const { code, stdout } = await flotilla("preflight", "db-1", "--json");
    const { hosts: reports } = JSON.parse(stdout) as PreflightJson;
    expect(code).toBe(1);
    expect(Object.keys(reports)).toEqual(["db-1"]);
    expect(reports["db-1"]?.ok).toBe(false);
    expect(reports["db-1"]?.findings).toContainEqual({
      check: "ports",
      severity: "error",
      text: expect.stringMatching(
        /^port tcp\/6379, which services.cache needs, is taken by python3 \(pid \d+, squatter\.service\)$/,
      ) as string,
      fix: "stop it there with 'systemctl disable --now squatter.service', or give services.cache another port",
    });
    expect(await traces("db-1")).toBe("");
    await fleet.on(
      "db-1",
      "systemctl stop squatter; systemctl start redis-server",
    );
  });
});

interface PreflightJson {
  readonly hosts: Readonly<
    Record<string, { ok: boolean; findings: unknown[]; facts: unknown }>
  >;
}

const launcher = path.join(checkout, "cli/launch.js");

/** The command as a user of this fleet starts it. */
async function flotilla(name: string, ...words: readonly string[]) {
  const where = ["-C", checkout, "--config-file", fleet.configFile];
  const result = await execa(
    process.execPath,
    [launcher, name, ...words, ...where],
    { env: fleet.environment, reject: false, stripFinalNewline: false },
  );
  return { code: result.exitCode, stdout: result.stdout };
}

const squatter = "systemd-run --unit=squatter python3 -m http.server";

async function portIsTaken(host: string, port: number): Promise<void> {
  await until(`port ${port} is taken`, async () => {
    return (await fleet.on(host, `ss -Hlnt sport = ${port}`)) !== "";
  });
}

/** A host that was declared and is not there. */
async function nobody() {
  const host = fleet.config.hosts["web-1"];
  const address = fleet.lab.address("web-1").replace(/\d+$/, "254");
  const file = "cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub";
  return { ...host, address, hostKey: await fleet.on("web-1", file) };
}

/**
 * No right to become root, another system's name, a clock that is hours ahead, a full disk without inodes, a taken port,
 * a held lock, and nothing that resolves or answers. Gives what mends it, except for the right.
 */
async function breakWeb(): Promise<() => Promise<void>> {
  const disk = await SmallDisk.open(path.join(fleet.folder, "disk"));
  await fleet.on(
    "web-1",
    `apt-get update -qq && apt-get install -qqy faketime
     cp /etc/resolv.conf /root/resolv.conf; cp /etc/hosts /root/hosts
     rm /etc/sudoers.d/*
     ${disk.fillAt("/var")}
     ${squatter} 80
     systemd-run --unit=holder --service-type=notify python3 -c '
import fcntl, socket, os, time
lock = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"].replace("@", chr(0)))
time.sleep(600)'
     echo 'nameserver 127.0.0.9' >/etc/resolv.conf
     echo '127.0.0.1 localhost' >/etc/hosts
     echo 'Acquire::http::Proxy "http://127.0.0.1:9";' >/etc/apt/apt.conf.d/99broken
     sed -i 's/^ID=.*/ID=alpine/; s/^PRETTY_NAME=.*/PRETTY_NAME="Alpine Linux"/' /etc/os-release
     cp /etc/environment /root/environment
     printf '%s\\n' FAKETIME=+3h "LD_PRELOAD=$(find /usr/lib -name libfaketime.so.1)" >>/etc/environment`,
  );
  await disk.close();
  await portIsTaken("web-1", 80);
  return async () => {
    await fleet.on(
      "web-1",
      `cp /root/environment /etc/environment
       systemctl stop squatter.service holder.service
       ${disk.leave("/var")}
       cp /root/resolv.conf /etc/resolv.conf
       cp /root/hosts /etc/hosts
       rm /etc/apt/apt.conf.d/99broken
       sed -i 's/^ID=.*/ID=debian/; s/^PRETTY_NAME=.*/PRETTY_NAME="Debian"/' /etc/os-release`,
    );
  };
}

/** The findings of a report about one host, without what to do about them. */
function found(output: string, host: string): string[] {
  const lines = report(output);
  const first = lines.findIndex((line) => line.startsWith(`${host} (`)) + 1;
  const rest = first === 0 ? [] : lines.slice(first);
  const end = rest.findIndex((line) => !line.startsWith("  "));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .filter((line) => !line.startsWith("    "))
    .map((line) => line.trim());
}

/** The lines of the error, without what Pulumi indents them by. */
function report(output: string): string[] {
  const lines = output.slice(output.indexOf("Diagnostics:")).split("\n");
  const heading = lines.findIndex((line) =>
    line.includes("new or changed host"),
  );
  const indent = /^ */.exec(lines[heading] ?? "")?.[0] ?? "";
  return lines.slice(heading + 1).map((line) => line.replace(indent, ""));
}

/** What a look must not leave. */
async function traces(host: string): Promise<string> {
  return fleet.on(
    host,
    "find /tmp /var/tmp /run -name '*flotilla-preflight*'; pgrep -f '^bash -s' || true",
  );
}

async function authorized(): Promise<string> {
  return fleet.on("db-1", `cat ~${fleet.lab.user}/.ssh/authorized_keys`);
}
