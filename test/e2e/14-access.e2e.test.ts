import { writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  commandFault,
  renderSudoers,
} from "../../components/access/sudoers.ts";
import { escapes, prepare, type Escape } from "./access/escapes.ts";
import { workDone } from "./probe.ts";
import { TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;
const keys: Record<string, string> = {};

beforeAll(async () => {
  fleet = await TestFleet.open();
  for (const name of ["webops", "ops", "alice", "other"])
    keys[name] = await makeKey(name);
  const { stdout } = await execa("ssh-keygen", ["-y", "-f", fleet.lab.keyFile]);
  keys["flotilla"] = stdout.trim();
  const { config } = fleet;
  config.hosts["web-1"]["packages"] = ["certbot"];
  Reflect.deleteProperty(config.hosts, "db-1");
  delete config.services["cache"];
  config.sites = {};
  config.flows = {};
  config.firewall = { enabled: false };
  config.users = {
    flotilla: { sshKeys: [keys["flotilla"]], sudo: "all", adopt: true },
    ops: { sshKeys: [keys["ops"]], sudo: "all", groups: ["adm"] },
    webops: { sshKeys: [keys["webops"]], sudo: "webops" },
    alice: { sshKeys: [keys["alice"]], comment: "Alice", keepData: false },
  };
  await fleet.configure();
});

afterAll(async () => {
  await fleet.close();
});

describe("accounts", () => {
  it("come with their keys and rights, and no password opens them", async () => {
    await fleet.up();
    for (const name of ["ops", "webops", "alice"])
      expect((await as(name, "id -un")).output).toBe(name);
    expect((await as("ops", "sudo -n id -u")).output).toBe("0");
    expect((await as("ops", "id -Gn")).output).toBe("ops adm");
    expect((await as("alice", "sudo -n id -u")).output).toContain("password");
    expect((await as("alice", "true", "other")).code).toBe(255);
    const states = await fleet.on(
      "web-1",
      "for u in flotilla ops webops alice; do passwd -S $u | cut -d ' ' -f 2; done",
    );
    expect(states.split("\n")).toEqual(["L", "L", "L", "L"]);
    expect(
      await fleet.on("web-1", "visudo -c && ls -l /etc/sudoers.d"),
    ).toMatch(/parsed OK[^]*-r--r----- 1 root root .* flotilla-webops/);
  });

  it("change nothing the second time", async () => {
    const before = await workDone(fleet, "web-1");
    const { output } = await fleet.up("--refresh");
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
    expect(await workDone(fleet, "web-1")).toBe(before);
  });

  it("of the program's own login keep the key that it comes with", async () => {
    const users = fleet.config.users;
    users["flotilla"] = { ...users["flotilla"], sshKeys: [keys["other"]] };
    await fleet.configure();
    const { output } = await fleet.upFails();
    expect(output).toContain(
      "file:/home/flotilla/.ssh/authorized_keys: does not hold the key that this program itself logs in with as flotilla",
    );
    expect(await fleet.canLogIn("web-1")).toBe(true);
    users["flotilla"] = { ...users["flotilla"], sshKeys: [keys["flotilla"]] };
  });

  it("are not left half made by a job that failed", async () => {
    const before = await accounts();
    fleet.config.users["carol"] = { sshKeys: [noPoint], sudo: "all" };
    await fleet.configure();
    const { output } = await fleet.upFails();
    expect(output).toContain("is no public key");
    expect(output).toContain("rolled back");
    expect(await accounts()).toBe(before);
    expect(await fleet.on("web-1", "ls /home /etc/sudoers.d")).not.toContain(
      "carol",
    );
    delete fleet.config.users["carol"];
    await fleet.configure();
  });
});

describe("webops", () => {
  const verbs = [
    ["systemctl status --no-pager nginx.service", "Active: active"],
    ["systemctl restart nginx.service", ""],
    ["systemctl reload nginx.service", ""],
    ["nginx -t", "test is successful"],
    ["certbot renew --non-interactive", "No renewals were attempted"],
  ] as const;

  it.each(verbs)("may sudo %s", async (verb, answer) => {
    const result = await as("webops", `sudo -n ${verb}`);
    expect(result.output).toContain(answer);
    expect(result.code).toBe(0);
    const log = await fleet.on(
      "web-1",
      "journalctl -t sudo -o cat --no-pager | tail -n 40",
    );
    expect(log).toContain(verb);
  });

  it("may do nothing else: its list is those lines", async () => {
    const { output } = await as("webops", "sudo -n -l");
    const lines = output.split("\n").filter((line) => /NOPASSWD/.test(line));
    expect(lines).toHaveLength(verbs.length);
    expect(output).toContain("use_pty");
    expect(output).not.toContain("*");
  });

  it("gets only lines that visudo takes, whatever the command lines are", async () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.+@%:,=/-]{1,12}$/);
    const program = fc.stringMatching(/^\/[a-z]{1,8}(\/[a-z+._-]{3,8}){0,2}$/);
    const command = fc.record({
      words: fc.tuple(program, word, word),
      startsOthers: fc.boolean(),
    });
    const commands = fc.sample(command, 300);
    expect(commands.map(commandFault)).toEqual(commands.map(() => undefined));
    const text = renderSudoers("alice", commands) ?? "";
    const answer = await fleet.on(
      "web-1",
      `cat >/root/trial <<'END'\n${text}END\nvisudo -c -f /root/trial 2>&1; rm /root/trial`,
    );
    expect(answer).toBe("/root/trial: parsed OK");
  });

  it("lays out what it needs for escapes", async () => {
    expect(await as("webops", prepare)).toEqual({ code: 0, output: "" });
  });

  it.each(escapes)("does not become root by $name", async (escape) => {
    const { output, worked } = await tried(escape);
    expect(worked).toBe(false);
    expect(output).toMatch(escape.answer);
  });

  it("would, if its programs were allowed with any argument: the escapes are real", async () => {
    await fleet.on(
      "web-1",
      `echo 'webops ALL=(root) NOPASSWD:SETENV: /usr/bin/systemctl, /usr/sbin/nginx, /usr/bin/certbot
Defaults:webops setenv' >/etc/sudoers.d/zz-naive; chmod 440 /etc/sudoers.d/zz-naive`,
    );
    const real = escapes.filter(({ worksWhenNaive }) => worksWhenNaive);
    const failed: string[] = [];
    for (const escape of real) {
      const { worked, output } = await tried(escape);
      if (!worked) failed.push(`${escape.name}: ${output}`);
    }
    await fleet.on(
      "web-1",
      `rm -f /etc/sudoers.d/zz-naive /etc/systemd/system/evil.service /etc/systemd/system/*.wants/evil.service
       systemctl unset-environment LD_PRELOAD; systemctl daemon-reload`,
    );
    expect(failed).toEqual([]);
    expect(real.length).toBeGreaterThanOrEqual(10);
  });
});

describe("what was changed by hand", () => {
  it("lets nobody in any more after the next refresh", async () => {
    const askpass = await passwordOf("alice", "open sesame");
    await fleet.on(
      "web-1",
      `usermod -aG sudo webops
       echo 'ssh-ed25519 AAAA intruder' >>/home/ops/.ssh/authorized_keys
       echo 'webops ALL=(ALL) NOPASSWD: ALL' >>/etc/sudoers.d/flotilla-webops`,
    );
    expect((await as("webops", "sudo -n id -u")).output).toBe("0");
    expect(await logsInByPassword("alice", askpass)).toBe(true);
    const before = await jobs();
    await fleet.up("--refresh");
    expect(await jobs()).toBe(before + 3);
    expect((await as("webops", "sudo -n id -u")).code).toBe(1);
    expect((await as("webops", "id -Gn")).output).toBe("webops");
    expect(await logsInByPassword("alice", askpass)).toBe(false);
    expect(
      await fleet.on("web-1", "cat /home/ops/.ssh/authorized_keys"),
    ).not.toContain("intruder");
  });
});

describe("an account that goes", () => {
  it("is not taken from under what it runs, which is named", async () => {
    await as("alice", "echo work >work; nohup sleep 300 >/dev/null 2>&1 &");
    delete fleet.config.users["alice"];
    await fleet.configure();
    const { output } = await fleet.upFails();
    expect(output).toMatch(
      /the user alice still has processes, end them first: sleep \(pid \d+\)/,
    );
    expect((await as("alice", "cat work; pkill sleep")).output).toBe("work");
    await fleet.up();
    expect(await fleet.on("web-1", "ls /home; getent passwd")).not.toContain(
      "alice",
    );
  });

  it("leaves its home, and the program's own login stays with its keys", async () => {
    await as("webops", "echo notes >notes");
    const { output } = await fleet.mustSucceed("destroy", "--yes");
    expect(output).toContain("home /home/webops");
    expect(output).toContain("user flotilla with its keys and rights");
    expect(await fleet.canLogIn("web-1")).toBe(true);
    const left = await fleet.on(
      "web-1",
      "getent passwd webops ops; ls /etc/sudoers.d; cat /home/webops/notes; sudo -n -u flotilla sudo -n id -u",
    );
    expect(left.split("\n").sort()).toEqual(
      [
        "0",
        "90-cloud-init-users",
        "README",
        "flotilla-flotilla",
        "notes",
      ].sort(),
    );
    expect(await fleet.on("web-1", "ls -A /home/webops/.ssh || true")).toBe("");
  });
});

/** A key whose point is on no curve: it looks like one until somebody calculates. */
const noPoint = `ecdsa-sha2-nistp256 ${Buffer.concat(
  ["ecdsa-sha2-nistp256", "nistp256", `\x04${"A".repeat(64)}`].flatMap(
    (text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      return [length, Buffer.from(text, "latin1")];
    },
  ),
).toString("base64")} nobody`;

async function makeKey(name: string): Promise<string> {
  const file = path.join(fleet.folder, `key-${name}`);
  await execa("ssh-keygen", [
    "-q",
    "-t",
    "ed25519",
    "-N",
    "",
    "-C",
    name,
    "-f",
    file,
  ]);
  const { stdout } = await execa("ssh-keygen", ["-y", "-f", file]);
  return `${stdout.trim().split(" ").slice(0, 2).join(" ")} ${name}`;
}

interface Answer {
  readonly code: number;
  readonly output: string;
}

/** Runs a script as an account of the host, over SSH with its key. */
async function as(
  account: string,
  script: string,
  key = account,
): Promise<Answer> {
  const words = [...sshWords(account, key), script];
  const result = await execa("ssh", words, {
    reject: false,
    stdin: "ignore",
    all: true,
    timeout: 20_000,
  });
  return { code: result.exitCode ?? -1, output: result.all.trim() };
}

function sshWords(account: string, key: string): string[] {
  return [
    ...common(),
    "-o",
    "BatchMode=yes",
    "-o",
    `IdentityFile=${path.join(fleet.folder, `key-${key}`)}`,
    `${account}@${fleet.address("web-1")}`,
  ];
}

function common(): string[] {
  const options = [
    "ConnectTimeout=10",
    "GlobalKnownHostsFile=none",
    "IdentitiesOnly=yes",
    "LogLevel=ERROR",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${fleet.lab.knownHostsFile}`,
  ];
  return ["-F", "none", ...options.flatMap((option) => ["-o", option])];
}

/** Tries an escape at a terminal, where somebody types into whatever opens; leaves nothing behind. */
async function tried({ script, sign }: Escape) {
  const words = ["-tt", ...sshWords("webops", "webops"), script];
  const { all: output } = await execa("ssh", words, {
    reject: false,
    input: "!touch /escaped\n\nq\nq\n",
    env: { TERM: "xterm" },
    all: true,
    timeout: 30_000,
  });
  const mark = await fleet.on(
    "web-1",
    "if [[ -e /escaped ]]; then echo escaped; rm -rf /escaped; fi",
  );
  return { output, worked: mark !== "" || (sign?.test(output) ?? false) };
}

async function accounts(): Promise<string> {
  return fleet.on("web-1", "getent passwd; getent shadow; getent group");
}

async function jobs(): Promise<number> {
  return Number(await fleet.on("web-1", "cat /var/lib/flotilla/generation"));
}

/** Sets a password by hand, lets sshd take passwords, and returns a program that says it. */
async function passwordOf(account: string, password: string): Promise<string> {
  await fleet.on(
    "web-1",
    `echo '${account}:${password}' | chpasswd
     echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/00-by-hand.conf
     systemctl restart ssh`,
  );
  const file = path.join(fleet.folder, "askpass");
  await writeFile(file, `#!/bin/sh\necho '${password}'\n`, { mode: 0o700 });
  return file;
}

async function logsInByPassword(
  account: string,
  askpass: string,
): Promise<boolean> {
  const options = [
    ...["-o", "PreferredAuthentications=password"],
    ...["-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"],
  ];
  const to = `${account}@${fleet.address("web-1")}`;
  const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: "force" };
  const words = [...common(), ...options, to, "true"];
  const result = await execa("ssh", words, {
    reject: false,
    stdin: "ignore",
    env,
    timeout: 20_000,
  });
  return result.exitCode === 0;
}
