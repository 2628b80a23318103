import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderSshArguments } from "../../lab/ssh.ts";
import { checkout } from "../../toolchain/build.ts";
import {
  ArgumentWatch,
  auditArgv,
  auditedPrograms,
  formsOf,
  hitsBelow,
  hitsIn,
  hitsOn,
  type Form,
} from "./canary.ts";
import { TestFleet, type PulumiResult } from "./test-fleet.ts";

const passwordFile = "/etc/redis/flotilla-auth.conf";
/** The stack's own secret, and the one that the environment sets instead. */
const secrets = {
  stack: "canary-of-the-stack-4fJq8Zr2",
  environment: "canary-of-the-environment-Xw7Tn3",
};

let fleet: TestFleet;
let keyFile: string;
/** The program's own SSH private key, which is a secret too. */
let privateKey: string;
let watch: ArgumentWatch;
/** What the last deployments run under: no secret of the stack is left. */
const ownSecrets = () => ({
  FLOTILLA_FLEET__SERVICES__CACHE__PORT: "6390",
  FLOTILLA_SECRET__CACHE_PASSWORD: secrets.environment,
  FLOTILLA_SECRET__SSH_KEY: privateKey,
});
/** What every command said. */
const said: string[] = [];

beforeAll(async () => {
  fleet = await TestFleet.open();
  keyFile = path.join(fleet.folder, "break-glass");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
  privateKey = await readFile(fleet.lab.keyFile, "utf8");
  const ssh = {
    ...fleet.config.ssh,
    privateKeyFile: undefined,
    privateKey: { secret: "ssh-key" },
    breakGlassKeyFile: `${keyFile}.pub`,
  };
  fleet.config = { ...fleet.config, ssh, sites: {}, flows: {} };
  fleet.config.services = {
    cache: {
      type: "redis",
      host: "db-1",
      password: { secret: "cache-password" },
    },
  };
  await fleet.configure();
  await logEverything();
});

afterAll(async () => {
  await watch.stop();
  await fleet.close();
});

describe("a configuration in its file, the stack's secrets and the environment", () => {
  it("is refused with everything that is wrong at once, before a connection", async () => {
    const { output, code } = await run(
      { FLOTILLA_FLEET__HOSTS__WEB_3__PORT: "22" },
      "preview",
    );
    expect(code).not.toBe(0);
    expect(output).toContain("has 3 problems:");
    expect(output).toContain(
      "FLOTILLA_FLEET__HOSTS__WEB_3__PORT: overrides nothing: hosts has no WEB_3",
    );
    expect(output).toContain(
      'services.cache.password.secret: "cache-password" is no secret of this stack',
    );
    expect(output).toContain(
      'ssh.privateKey.secret: "ssh-key" is no secret of this stack',
    );
    expect(output).not.toMatch(/\bat .*\.js:\d+/);
  });

  it("is what is deployed: the environment wins, and says so", async () => {
    await fleet.setSecret("cache-password", secrets.stack);
    await fleet.setSecret("ssh-key", privateKey);
    const authorized = await keysOf("db-1");
    const { output } = await succeed(
      { FLOTILLA_FLEET__SERVICES__CACHE__PORT: "6390" },
      "up",
      "--yes",
      "--skip-preview",
    );
    expect(output).toContain(
      "services.cache.port is 6390: FLOTILLA_FLEET__SERVICES__CACHE__PORT",
    );
    expect(await redisAnswers(6390, secrets.stack)).toContain("+OK");
    expect(await keysOf("db-1")).toBe(authorized);
    await expectSecretOnlyInItsFile("stack");
  });

  it("has its secret from the environment where that sets one, and the old one is refused", async () => {
    const { output } = await succeed(
      ownSecrets(),
      "up",
      "--yes",
      "--skip-preview",
    );
    expect(output).toContain(
      "flotilla:cache-password is [secret]: FLOTILLA_SECRET__CACHE_PASSWORD",
    );
    expect(output).toContain(
      "flotilla:ssh-key is [secret]: FLOTILLA_SECRET__SSH_KEY",
    );
    expect(await redisAnswers(6390, secrets.environment)).toContain("+OK");
    expect(await redisAnswers(6390, secrets.stack)).toContain("-WRONGPASS");
    await expectSecretOnlyInItsFile("environment");
  });
});

describe("the break-glass key", () => {
  it("opens every host for its owner, without the program's key", async () => {
    for (const host of ["web-1", "db-1"])
      expect(await logInWith(keyFile, host)).toBe("in");
    const stranger = path.join(fleet.folder, "stranger");
    const words = ["-q", "-t", "ed25519", "-N", "", "-f", stranger];
    await execa("ssh-keygen", words);
    expect(await logInWith(stranger, "db-1")).toMatch(/Permission denied/);
  });

  it("stays when the state is lost, and a new stack of the same name takes the hosts over", async () => {
    await fleet.mustSucceed(
      "stack",
      "rm",
      "--force",
      "--preserve-config",
      "--yes",
    );
    expect((await fleet.mustSucceed("stack", "init")).code).toBe(0);
    expect(await logInWith(keyFile, "db-1")).toBe("in");
    await fleet.configure();
    const before = await asItIs();
    await succeed(ownSecrets(), "up", "--yes", "--skip-preview");
    expect(await asItIs()).toBe(before);
  });

  it("fails on a host whose sshd would not let it in, and leaves nothing there", async () => {
    const dropIn = "/etc/ssh/sshd_config.d/10-e2e.conf";
    await fleet.on(
      "db-1",
      `rm ${breakGlassFile()}; echo 'AuthorizedKeysFile .ssh/authorized_keys' >${dropIn}`,
    );
    const { output, code } = await run(
      ownSecrets(),
      "up",
      "--yes",
      "--refresh",
    );
    expect(code).not.toBe(0);
    expect(output).toContain(
      `sshd does not let ${fleet.lab.user} in with the key in ${breakGlassFile()}`,
    );
    await fleet.on("db-1", `rm ${dropIn}; test ! -e ${breakGlassFile()}`);
  });
});

describe("a secret that is named", () => {
  it("was in nothing that was said, nor in any file of the workstation, in clear", async () => {
    const forms = allForms();
    expect(said.length).toBeGreaterThan(4);
    for (const output of said) expect(hitsIn(output, forms)).toEqual([]);
    expect(hitsIn(JSON.stringify(await fleet.state()), forms)).toEqual([]);
    expect(await hitsBelow(fleet.folder, forms)).toEqual([]);
    expect(await readFile(traceFile(), "utf8")).toContain("\trpc\tCreate\t");
  });

  it("was no argument, on the workstation or on a host", async () => {
    const { seen, hits } = await watch.stop(allForms());
    expect(hits).toEqual([]);
    const provider = path.join(checkout, "dist/provider/provider.mjs");
    expect(seen.some((line) => line.includes(provider))).toBe(true);
    expect(await hitsOn(fleet, "web-1", allForms())).toEqual([]);
    await expectSecretOnlyInItsFile("environment");
    expect(await auditedPrograms(fleet, "db-1")).toEqual(
      expect.arrayContaining(["apt-get", "bash", "systemctl"]),
    );
  });
});

/** Has arguments, on the hosts and here, and all that the provider tells, written down from now on. */
async function logEverything(): Promise<void> {
  for (const host of ["web-1", "db-1"]) await auditArgv(fleet, host);
  const temporary = path.join(fleet.folder, "tmp");
  await mkdir(temporary);
  Object.assign(fleet.environment, {
    FLOTILLA_LOG: "trace",
    FLOTILLA_LOG_FILE: traceFile(),
    TMPDIR: temporary,
  });
  watch = new ArgumentWatch();
}

function traceFile(): string {
  return path.join(fleet.folder, "trace.log");
}

/** Runs a command under these variables, and keeps what it said. */
async function run(
  variables: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<PulumiResult> {
  Object.assign(fleet.environment, variables);
  const result = await fleet.pulumi(...words);
  for (const name of Object.keys(variables))
    Reflect.deleteProperty(fleet.environment, name);
  said.push(result.output);
  return result;
}

async function succeed(
  variables: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<PulumiResult> {
  const result = await run(variables, ...words);
  if (result.code !== 0) throw new Error(result.output);
  return result;
}

function breakGlassFile(): string {
  return `/home/${fleet.lab.user}/.ssh/authorized_keys2`;
}

/** What a needless change on db-1 would change: inodes of the files, and the process of Redis. */
async function asItIs(): Promise<string> {
  return fleet.on(
    "db-1",
    `stat -c '%n %i %Y' ${breakGlassFile()} /etc/redis/flotilla*.conf
     systemctl show redis-server.service -p MainPID`,
  );
}

/** The user's own keys on a host, with their file's mode, owner and time. */
async function keysOf(host: string): Promise<string> {
  const file = `/home/${fleet.lab.user}/.ssh/authorized_keys`;
  return fleet.on(host, `stat -c '%a %U %G %Y %i' ${file}; cat ${file}`);
}

/** `in`, or what OpenSSH says; the user's own keys and agent do not count. */
async function logInWith(key: string, host: string): Promise<string> {
  const words = renderSshArguments({
    destination: `${fleet.lab.user}@${fleet.address(host)}`,
    keyFile: key,
    knownHostsFile: fleet.lab.knownHostsFile,
  });
  const { stdout, stderr } = await execa(
    "ssh",
    ["-o", "IdentityAgent=none", ...words, "sudo -n true && echo in"],
    { reject: false, stdin: "ignore" },
  );
  return stdout || stderr;
}

/** What Redis says to a password. */
async function redisAnswers(port: number, password: string): Promise<string> {
  const script = `read -r password; exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'AUTH %s\\r\\n' "$password" >&3; head -n1 <&3`;
  const words = ["bash", "-c", script];
  const input = `${password}\n`;
  return (await fleet.lab.exec("db-1", words, { input })).stdout;
}

function allForms(): Form[] {
  const keyLine = privateKey.split("\n")[4] ?? "";
  expect(keyLine).toMatch(/^[0-9A-Za-z+/]{70}$/);
  return [
    ...formsOf("private key", keyLine),
    ...Object.entries(secrets).flatMap(([name, text]) => formsOf(name, text)),
  ];
}

/** Of all secrets, the one that is in force lies on the host, and there in its file alone. */
async function expectSecretOnlyInItsFile(
  name: keyof typeof secrets,
): Promise<void> {
  expect(await hitsOn(fleet, "db-1", allForms())).toEqual([
    `${passwordFile}: ${name}, as it is`,
  ]);
}
