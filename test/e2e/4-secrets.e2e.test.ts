import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  argvLog,
  auditArgv,
  auditedPrograms,
  formsOf,
  hitsBelow,
  hitsIn,
  hitsOn,
  type Form,
} from "./canary.ts";
import { hash } from "./probe.ts";
import { TestFleet } from "./test-fleet.ts";

const passwordFile = "/etc/redis/flotilla-auth.conf";

let fleet: TestFleet;
let traceFile: string;
/** What every command said, by its words. */
const said = new Map<string, string>();
/** Every password that Redis has had so far. */
const passwords: string[] = [];
/** A line from the middle of the SSH private key, which must be as hard to find. */
let keyLine = "";

beforeAll(async () => {
  fleet = await TestFleet.open();
  traceFile = path.join(fleet.folder, "trace", "provider.log");
  const temporary = path.join(fleet.folder, "tmp");
  for (const folder of [path.dirname(traceFile), temporary])
    await mkdir(folder);
  Object.assign(fleet.environment, {
    FLOTILLA_LOG: "trace",
    FLOTILLA_LOG_FILE: traceFile,
    TMPDIR: temporary,
  });
  keyLine = (await linesOf(fleet.lab.keyFile))[4] ?? "";
  expect(keyLine).toMatch(/^[0-9A-Za-z+/]{70}$/);
  for (const host of ["web-1", "db-1"]) await auditArgv(fleet, host);
});

afterAll(async () => {
  await fleet.close();
});

describe("the password of Redis", () => {
  it("is in its own file on its own host, once, for Redis alone to read", async () => {
    await say("preview");
    await say("preview", "--json");
    await say("up", "--yes", "--skip-preview", "--json");
    await learnPassword();
    await say("preview", "--diff");
    await expectOneHit();
    expect(await fleet.on("db-1", `stat -c '%a %U %G' ${passwordFile}`)).toBe(
      "600 redis redis",
    );
    const answer = await fleet.lab.exec(
      "db-1",
      [
        "bash",
        "-c",
        "read -r password; exec 3<>/dev/tcp/127.0.0.1/6379; printf 'AUTH %s\\r\\n' \"$password\" >&3; head -n1 <&3",
      ],
      { input: `${passwords[0] ?? ""}\n` },
    );
    expect(answer.stdout).toContain("+OK");
  });

  it("would be found: in clear, encoded, in arguments, in the journal", async () => {
    const marker = formsOf("marker", "a canary that is meant to be found");
    const [clear] = marker;
    await fleet.on(
      "db-1",
      `PATH=/opt/argv-audit/bin:$PATH; env true '${clear?.text ?? ""}'`,
    );
    await fleet.on(
      "db-1",
      `printf 'x %s' '${clear?.text ?? ""}' | base64 -w0 >/run/e2e-marker`,
    );
    await fleet.on("db-1", `systemd-cat printf '%s' '${clear?.text ?? ""}'`);
    const hits = (await hitsOn(fleet, "db-1", marker)).join("\n");
    await fleet.on("db-1", `rm /run/e2e-marker`);
    expect(hits).toContain("/run/e2e-marker: marker, base64");
    expect(hits).toMatch(/argv-audit\/log\/\S*true: marker, as it is/);
    expect(hits).toContain("journal: marker, as it is");
    const outputs = JSON.stringify(await fleet.outputs());
    expect(hitsIn(outputs, allForms())).toContain("password 1, as it is");
  });

  it("is not told by an update that fails and is rolled back, nor left in what was put back from", async () => {
    await failOnce();
    const urn = await urnOf("RandomPassword");
    const rotation = ["up", "--yes", "--skip-preview", "--replace", urn];
    const { output, code } = await fleet.pulumi(...rotation);
    said.set(rotation.join(" "), output);
    expect(output).toContain("rolled back");
    expect(code).not.toBe(0);
    await expectOneHit();
  });

  it("is replaced without a trace of the old one", async () => {
    await say("up", "--yes", "--skip-preview");
    await learnPassword();
    expect(new Set(passwords).size).toBe(2);
    await expectOneHit();
  });

  it("is in no trace of a repair", async () => {
    await fleet.on(
      "db-1",
      `chmod 0644 ${passwordFile}; echo '# by hand' >>/etc/redis/flotilla.conf`,
    );
    await say("refresh", "--yes", "--diff");
    await say("preview", "--diff");
    await say("up", "--yes", "--skip-preview", "--refresh", "--json");
    await say("refresh", "--yes", "--json");
    expect(await fleet.on("db-1", `stat -c %a ${passwordFile}`)).toBe("600");
    await expectOneHit();
  });

  it("is gone from the host after destroy", async () => {
    const urn = await urnOf("Redis$flotilla:index:Manifest");
    await say(
      "destroy",
      "--yes",
      "--skip-preview",
      "--target",
      urn,
      "--target-dependents",
    );
    expect(await hitsOn(fleet, "db-1", allForms())).toEqual([]);
    await say("destroy", "--yes", "--skip-preview", "--json");
    expect(await hitsOn(fleet, "db-1", allForms())).toEqual([]);
  });

  it("was in no output, event, state, backup, log or temporary folder of the workstation", async () => {
    const forms = allForms();
    for (const [words, output] of said) {
      expect(output.length, words).toBeGreaterThan(100);
      expect(hitsIn(output, forms), words).toEqual([]);
    }
    for (const part of ["stacks", "history", "backups"])
      expect(
        await hitsBelow(path.join(fleet.stateFolder, ".pulumi", part), forms),
      ).toEqual([]);
    expect(await hitsBelow(fleet.folder, forms)).toEqual([]);
    const { PULUMI_HOME = "" } = fleet.environment;
    expect(await hitsBelow(path.join(PULUMI_HOME, "logs"), forms)).toEqual([]);
  });

  it("was in no line of the provider's own log, which tells all else", async () => {
    expect((await stat(traceFile)).mode & 0o777).toBe(0o600);
    expect(await hitsBelow(path.dirname(traceFile), allForms())).toEqual([]);
    const lines = await linesOf(traceFile);
    const seen = new Set(
      lines.map((line) => line.split("\t").slice(1, 3).join(" ")),
    );
    for (const kind of [
      "rpc Configure",
      "rpc Create",
      "rpc Update",
      "rpc Read",
      "rpc Delete",
      "dial db-1",
      "job db-1",
    ])
      expect(seen).toContain(kind);
    expect(lines.some((line) => line.includes("\tend\tcommitted"))).toBe(true);
  });

  it("was no argument of anything that a job or a login started", async () => {
    for (const host of ["web-1", "db-1"]) {
      expect(await hitsOn(fleet, host, allForms())).toEqual([]);
      expect(await auditedPrograms(fleet, host)).toEqual(
        expect.arrayContaining([
          "apt-get",
          "bash",
          "install",
          "systemctl",
          "systemd-run",
          "timeout",
        ]),
      );
    }
    expect(
      await fleet.on("db-1", `grep -lz '^apply$' ${argvLog}/*.bash | wc -l`),
    ).not.toBe("0");
    expect(
      await fleet.on(
        "db-1",
        `grep -l 'runtime/.*/job.sh' ${argvLog}/*.bash | wc -l`,
      ),
    ).not.toBe("0");
  });
});

/** Runs a command that must succeed, and keeps what it said. */
async function say(...words: string[]): Promise<void> {
  const { output } = await fleet.mustSucceed(...words);
  const times = [...said.keys()].filter((key) =>
    key.startsWith(words.join(" ")),
  );
  said.set(`${words.join(" ")} #${times.length + 1}`, output);
}

async function learnPassword(): Promise<void> {
  const outputs = (await fleet.outputs()) as { passwords: { cache: string } };
  expect(outputs.passwords.cache).toMatch(/^[0-9A-Za-z]{32}$/);
  passwords.push(outputs.passwords.cache);
}

/** Of all passwords so far, only the last one is on the host, and there in its file alone. */
async function expectOneHit(): Promise<void> {
  const forms = allForms();
  expect(await hitsOn(fleet, "db-1", forms)).toEqual([
    `${passwordFile}: password ${passwords.length}, as it is`,
  ]);
  expect(await hitsOn(fleet, "web-1", forms)).toEqual([]);
  expect(hitsIn(JSON.stringify(await fleet.state()), forms)).toEqual([]);
}

function allForms(): Form[] {
  return [
    ...formsOf("private key", keyLine),
    ...passwords.flatMap((password, index) => [
      ...formsOf(`password ${index + 1}`, password),
      {
        name: `SHA-256 of the file with password ${index + 1}`,
        text: hash(`requirepass "${password}"\n`),
      },
    ]),
  ];
}

/** The next start of Redis fails, and those after it do not. */
async function failOnce(): Promise<void> {
  await fleet.on(
    "db-1",
    `mkdir -p /run/systemd/system/redis-server.service.d
     touch /run/e2e-fault
     printf '%s\n' '[Service]' 'ExecStartPre=+/bin/sh -c "! rm /run/e2e-fault 2>/dev/null"' \
       >/run/systemd/system/redis-server.service.d/zz-e2e.conf
     systemctl daemon-reload`,
  );
}

async function urnOf(type: string): Promise<string> {
  const { deployment } = await fleet.state();
  const found = deployment.resources.find(({ urn }) =>
    urn.split("::")[2]?.endsWith(type),
  );
  if (!found) throw new Error(`the state has no ${type}`);
  return found.urn;
}

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, "utf8")).split("\n");
}
