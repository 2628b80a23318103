import { writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  test,
  vi,
} from "vitest";
import YAML from "yaml";
import { findTargets } from "../../cli/look/targets.ts";
import { FlotillaError } from "../../cli/flotilla-error.ts";
import { goodFleet, hostKey, Project } from "../config/project.ts";

const project = new Project();
const launcher = path.join(import.meta.dirname, "../../cli/launch.js");
const defaults = { cwd: project.directory, timeout: "1" };
const said: string[] = [];
/** A fleet whose secrets are named. */
const named = { configFile: path.join(project.directory, "named.yaml") };
const find = (words: string[], options = {}) =>
  findTargets(words, { ...defaults, ...options }, (line) => said.push(line));

beforeAll(() => {
  project.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
  const config = { "flotilla:fleet": goodFleet() };
  project.write("Pulumi.prod.yaml", YAML.stringify({ config }));
  project.write("Pulumi.empty.yaml", "config: {}\n");
});

afterAll(() => project.remove());
beforeEach(() => {
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "one of their own");
});
afterEach(() => vi.unstubAllEnvs());

async function refusal(finding: Promise<unknown>): Promise<string> {
  const error: unknown = await finding.then(
    () => "nothing",
    (why: unknown) => why,
  );
  if (!(error instanceof FlotillaError)) throw new Error(String(error));
  return error.message;
}

test("the hosts of a stack's fleet, with what they are asked for", async () => {
  const stack = "acme/shop/prod";
  const { hosts, requirements, privateKey } = await find([], { stack });
  expect(Object.keys(hosts)).toEqual(
    Object.keys(goodFleet()["hosts"] as object).sort(),
  );
  expect(hosts["web-1"]?.ports).toHaveProperty(["tcp/80"]);
  expect(requirements.minDiskGb).toBe(20);
  expect(privateKey).toContain("PRIVATE KEY");
});

test("only the hosts that are named, seen from a folder of the project", async () => {
  const cwd = path.join(project.directory, "site");
  const { hosts } = await find(["web-1"], { stack: "prod", cwd });
  expect(Object.keys(hosts)).toEqual(["web-1"]);
});

test("what the environment says wins, and is said; a secret of its own needs no Pulumi", async () => {
  const fleet = {
    ...goodFleet(),
    ssh: {
      privateKey: { secret: "ssh-key" },
      breakGlassKeyFile: "break-glass.pub",
      knownHostsFile: "known_hosts",
    },
    services: {
      cache: { type: "redis", host: "db-1", password: { secret: "cache" } },
    },
    ...{ sites: {}, flows: {} },
  };
  const config = { "flotilla:fleet": fleet };
  project.write("named.yaml", YAML.stringify({ config }));
  vi.stubEnv("FLOTILLA_FLEET__SSH__USER", "admin");
  vi.stubEnv("FLOTILLA_SECRET__SSH_KEY", project.read("id"));
  const found = await find(["db-1"], named);
  expect(found.hosts["db-1"]?.host.connection.user).toBe("admin");
  expect(found.privateKey).toBe(project.read("id"));
  expect(said).toEqual([
    'ssh.user is "admin": FLOTILLA_FLEET__SSH__USER',
    "flotilla:ssh-key is [secret]: FLOTILLA_SECRET__SSH_KEY",
  ]);
});

test("a secret of the environment that is no key is refused, and not shown", async () => {
  vi.stubEnv("FLOTILLA_SECRET__SSH_KEY", "canary-of-a-look");
  const message = await refusal(find([], named));
  expect(message).toMatch(
    /flotilla:ssh-key \(from FLOTILLA_SECRET__SSH_KEY\): \[secret\] holds no private key/,
  );
  expect(message).not.toContain("canary");
});

test("a configuration file by its name", async () => {
  const file = path.join(project.directory, "other.yaml");
  const config = { "flotilla:fleet": { value: goodFleet() } };
  writeFileSync(file, YAML.stringify({ config }));
  const { hosts } = await find(["web-1"], { configFile: file });
  expect(Object.keys(hosts)).toEqual(["web-1"]);
});

test("a fleet in a file of its own", async () => {
  const fleet = path.join(project.directory, "fleet.yaml");
  writeFileSync(fleet, YAML.stringify(goodFleet()));
  const file = path.join(project.directory, "other.yaml");
  writeFileSync(file, "config: { flotilla:fleet: fleet.yaml }\n");
  const { hosts } = await find(["web-1"], { configFile: file });
  expect(Object.keys(hosts)).toEqual(["web-1"]);
  writeFileSync(fleet, "hosts: {\n");
  await expect(find(["web-1"], { configFile: file })).rejects.toThrow(
    /other\.yaml has 1 problem:\n {2}flotilla:fleet: "fleet\.yaml" is no YAML/,
  );
});

test.each([
  [
    "a host that is not in the fleet",
    ["web-9"],
    { stack: "prod" },
    /has no host web-9; its hosts are /,
  ],
  [
    "a stack without a file",
    [],
    { stack: "dev" },
    /stack dev has no Pulumi\.dev\.yaml \(known here: Pulumi\.empty\.yaml, Pulumi\.prod\.yaml\)/,
  ],
  [
    "a stack without a fleet",
    [],
    { stack: "empty" },
    /has no flotilla:fleet: write the fleet there/,
  ],
  [
    "a folder without a project",
    [],
    { cwd: "/" },
    /there is no Pulumi\.yaml here or above/,
  ],
  ["both kinds of hosts", ["web-1", "a@10.0.0.1"], {}, /not both/],
  [
    "a host without an address",
    ["admin@"],
    {},
    /admin@ is no host: write USER@ADDRESS/,
  ],
  [
    "a host without a known key",
    ["a@10.0.0.9"],
    { knownHosts: path.join(project.directory, "known_hosts") },
    /has no key of 10\.0\.0\.9, .* give --host-key/,
  ],
  [
    "a key that is not there",
    ["a@10.0.0.9"],
    { hostKey, key: "/missing" },
    /there is no key \/missing: name it with --key/,
  ],
  [
    "a key under a passphrase",
    ["a@10.0.0.9"],
    { hostKey, key: path.join(project.directory, "id_locked") },
    /is protected by a passphrase/,
  ],
])("fails for %s", async (_, words, options, message) => {
  expect(await refusal(find(words, options))).toMatch(message);
});

test("hosts of nobody's, by name and by address, with the keys of known_hosts", async () => {
  const options = { key: path.join(project.directory, "id"), hostKey };
  const words = [
    "admin@web.test",
    "root@10.0.0.5:2222",
    "a@[fd00::5]:23",
    "a@fd00::5",
  ];
  const { hosts } = await find(words, options);
  const connections = Object.values(hosts).map(({ host }) => host.connection);
  expect(
    connections.map(({ address, port, user }) => [user, address, port]),
  ).toEqual([
    ["admin", "web.test", 22],
    ["root", "10.0.0.5", 2222],
    ["a", "fd00::5", 23],
    ["a", "fd00::5", 22],
  ]);
  const known = {
    ...options,
    hostKey: undefined,
    knownHosts: path.join(project.directory, "known_hosts"),
  };
  const found = await find(["a@10.0.0.1"], known);
  expect(found.hosts["a@10.0.0.1"]?.host.connection.hostKeys).toEqual([
    hostKey,
  ]);
});

test("the selected stack, and a private key that is its secret, come from Pulumi's own command", async () => {
  const fleet = goodFleet();
  fleet["ssh"] = {
    knownHostsFile: "known_hosts",
    breakGlassKeyFile: "break-glass.pub",
    privateKey: { secret: "key" },
  };
  const config = { "flotilla:fleet": fleet };
  project.write("Pulumi.ci.yaml", YAML.stringify({ config }));
  const file = path.join(project.directory, "Pulumi.ci.yaml");
  vi.stubEnv(
    "PATH",
    `${path.join(project.directory, "bin")}:${process.env["PATH"]}`,
  );
  project.write(
    "bin/pulumi",
    `#!/bin/sh\ncase "$*" in\n  "stack --show-name --non-interactive") echo acme/shop/ci ;;\n  "config get flotilla:key --config-file ${file} --non-interactive") cat id ;;\n  *) echo "not expected: $*" >&2; exit 1 ;;\nesac\n`,
  );
  project.chmod("bin/pulumi", 0o755);
  const { privateKey } = await find(["web-1"]);
  expect(privateKey).toContain("PRIVATE KEY");
  expect(await refusal(find([], { stack: "other/ci" }))).toMatch(
    /^the secret flotilla:key cannot be read by 'pulumi config get': .*not expected: /s,
  );
});

test("a mistake in the configuration is told as pulumi up tells it, with exit code 2", async () => {
  const config = { "flotilla:fleet": { ...goodFleet(), firewal: {} } };
  project.write("Pulumi.bad.yaml", YAML.stringify({ config }));
  const words = [launcher, "facts", "--stack", "bad", "-C", project.directory];
  const result = await execa(process.execPath, words, { reject: false });
  expect(result.stderr).toMatch(
    /Pulumi\.bad\.yaml has 1 problem:\n {2}firewal: is an unknown key/,
  );
  expect([result.exitCode, result.stdout]).toEqual([2, ""]);
});

test("a host that does not answer is told in JSON, with exit code 1", async () => {
  const words = [
    "facts",
    "a@127.0.0.1:1",
    "--host-key",
    hostKey,
    "--timeout",
    "1",
    "--json",
  ];
  const key = ["--key", path.join(project.directory, "id")];
  const result = await execa(process.execPath, [launcher, ...words, ...key], {
    reject: false,
  });
  expect(result.exitCode).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({
    version: 1,
    hosts: {
      "a@127.0.0.1:1": {
        address: "127.0.0.1",
        facts: null,
        problem: expect.stringContaining("refuses the connection") as string,
      },
    },
  });
});
