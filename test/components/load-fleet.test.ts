import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { loadFleet } from "../../components/load-fleet.ts";
import { ConfigurationError } from "../../components/config/problem.ts";
import { fleetWith, goodFleet, password, Project } from "../config/project.ts";

const project = new Project();
afterAll(() => project.remove());
// A stack of the project's own, whatever the shell that the tests run in is set up for.
beforeEach(() => vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "of its own"));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Loads the configuration as a program of the project would. */
function load(fleet: string | undefined, secrets: Record<string, string> = {}) {
  vi.spyOn(process, "cwd").mockReturnValue(project.directory);
  const config = {
    ...(fleet === undefined ? {} : { "flotilla:fleet": fleet }),
  };
  const keys = Object.keys(secrets);
  pulumi.runtime.setAllConfig({ ...config, ...secrets }, keys);
  return loadFleet();
}

async function message(loading: Promise<unknown>): Promise<string> {
  try {
    await loading;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

await pulumi.runtime.setMocks(
  { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
  "fleet",
  "test",
);

test("a good configuration has its private key as a secret", async () => {
  const { privateKey, connectTimeoutSeconds } = await load(
    JSON.stringify(goodFleet()),
  );
  expect(connectTimeoutSeconds).toBe(10);
  expect(await pulumi.isSecret(privateKey)).toBe(true);
  const text = await new Promise((resolve) => privateKey.apply(resolve));
  expect(text).toMatch(/PRIVATE KEY/);
});

test("a private key can be a secret of the stack", async () => {
  const fleet = goodFleet();
  fleet["ssh"] = {
    knownHostsFile: "known_hosts",
    breakGlassKeyFile: "break-glass.pub",
    privateKey: { secret: "key" },
  };
  const { privateKey: pem } = await load(JSON.stringify(goodFleet()));
  const text = await new Promise<string>((resolve) => pem.apply(resolve));
  const { privateKey } = await load(JSON.stringify(fleet), {
    "flotilla:key": text,
  });
  expect(await pulumi.isSecret(privateKey)).toBe(true);
  expect(await new Promise((resolve) => privateKey.apply(resolve))).toBe(text);
});

test("a provider's token is taken where snapshots are made there, and nowhere else", async () => {
  const made = { provider: "hetzner" };
  const tokens = { "hcloud:token": "canary", "digitalocean:token": "other" };
  const without = fleetWith(["hosts", "made-1"], made);
  expect((await load(JSON.stringify(without), tokens)).clouds).toBe(undefined);
  const wanted = { ...made, snapshotBefore: {} };
  const fleet = fleetWith(["hosts", "made-1"], wanted);
  const { clouds } = await load(JSON.stringify(fleet), tokens);
  expect(clouds).toEqual({ hetzner: { token: "canary", endpoint: undefined } });
});

test("fails with one error that has all problems, and no stack trace in Pulumi", async () => {
  const fleet = fleetWith(["hosts", "web-1", "port"], "22");
  const text = await message(load(JSON.stringify({ ...fleet, sitez: {} })));
  expect(text).toBe(
    [
      "The configuration flotilla:fleet of stack test has 2 problems:",
      '  hosts.web-1.port: "22" must be an integer from 1 to 65535',
      "    → write it without quotes",
      "  sitez: is an unknown key",
      '    → did you mean "sites"?',
    ].join("\n"),
  );
  expect(pulumi.RunError.isInstance(new ConfigurationError("x", []))).toBe(
    true,
  );
});

test.each([
  { given: undefined, rule: "is missing" },
  { given: "", rule: "must be an object with keys" },
  { given: "web-1", rule: "must be an object with keys" },
  { given: "\0\u0001", rule: "must be an object with keys" },
])(
  "fails for $given in the place of the configuration",
  async ({ given, rule }) => {
    expect(await message(load(given))).toBe(
      [
        "The configuration flotilla:fleet of stack test has 1 problem:",
        `  flotilla:fleet: ${rule}`,
        "    → write it as nested YAML in Pulumi.<stack>.yaml",
      ].join("\n"),
    );
  },
);

test("a fleet in a file of its own is the same as one in the stack's, overrides included", async () => {
  const inStack = await load(JSON.stringify(goodFleet()));
  const file = join(project.directory, "fleet.yaml");
  writeFileSync(file, stringify(goodFleet()));
  const { fleet } = await load("fleet.yaml");
  const outside = { secret: undefined, publicKey: undefined };
  expect({ ...fleet, ...outside }).toEqual({
    ...inStack.fleet,
    ...outside,
  });
  vi.spyOn(pulumi.log, "info").mockResolvedValue();
  vi.stubEnv("FLOTILLA_FLEET__SITES__WELCOME__PORT", "8080");
  const overridden = await load("fleet.yaml");
  expect(overridden.fleet.sites["welcome"]?.port).toBe(8080);
});

test.each([
  ["missing.yaml", /"missing.yaml" does not exist \(\/.*\/missing.yaml\)/],
  ["sites.yaml", /"sites.yaml" is a folder, not a file/],
  ["broken.yml", /"broken.yml" is no YAML: .* at line 2, column 1\n/],
  [
    "list.json",
    /1 problem:\n {2}flotilla:fleet: "list.json" must hold an object with keys\n/,
  ],
])("fails for %s in the place of the fleet", async (name, expected) => {
  mkdirSync(join(project.directory, "sites.yaml"), { recursive: true });
  writeFileSync(join(project.directory, "broken.yml"), "hosts: {\n");
  writeFileSync(join(project.directory, "list.json"), '["web-1"]');
  expect(await message(load(name))).toMatch(expected);
});

test("a key file that others can read is repaired before it is used", async () => {
  const file = join(project.directory, "id");
  chmodSync(file, 0o640);
  const said = vi.spyOn(pulumi.log, "info").mockResolvedValue();
  await load(JSON.stringify(goodFleet()));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(said).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining("(mode 0640): its mode is 0600 now"),
  );
});
function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

const withPassword = JSON.stringify(
  fleetWith(["services", "cache", "password"], { secret: "redis" }),
);

test("a secret that the configuration names is given as a secret", async () => {
  const secrets = { "flotilla:redis": password };
  const { secret, fleet } = await load(withPassword, secrets);
  expect(fleet.secret).toBe(secret);
  expect(await pulumi.isSecret(secret("redis"))).toBe(true);
  expect(await valueOf(secret("redis"))).toBe(password);
});

test("a secret of the environment wins over the stack's, stays secret, and is said without its value", async () => {
  const info = vi.spyOn(pulumi.log, "info").mockResolvedValue();
  const own = `${password}-of-the-environment`;
  vi.stubEnv("FLOTILLA_SECRET__REDIS", own);
  const { secret } = await load(withPassword, { "flotilla:redis": password });
  expect(await pulumi.isSecret(secret("redis"))).toBe(true);
  expect(await valueOf(secret("redis"))).toBe(own);
  expect(info.mock.calls).toEqual([
    ["flotilla:redis is [secret]: FLOTILLA_SECRET__REDIS"],
  ]);
});

test("fails for a secret that is not set, and one in clear, with all that is wrong besides", async () => {
  const fleet = fleetWith(["services", "cache", "password"], {
    secret: "redis",
  });
  fleet["ssh"] = { ...(fleet["ssh"] as object), port: 0 };
  const text = JSON.stringify(fleet);
  expect(await message(load(text))).toBe(
    [
      "The configuration flotilla:fleet of stack test has 2 problems:",
      "  ssh.port: 0 must be an integer from 1 to 65535",
      "    → use a number in that range",
      '  services.cache.password.secret: "redis" is no secret of this stack',
      "    → pulumi config set --secret flotilla:redis, or FLOTILLA_SECRET__REDIS in the environment",
    ].join("\n"),
  );
  const keys = { "flotilla:fleet": withPassword, "flotilla:redis": password };
  pulumi.runtime.setAllConfig(keys, []);
  expect(await message(loadFleet())).toContain(
    'services.cache.password.secret: "redis" lies in the configuration of this stack in clear',
  );
});

test("what the environment overrides is what the program gets, and it is said", async () => {
  const info = vi.spyOn(pulumi.log, "info").mockResolvedValue();
  vi.stubEnv("FLOTILLA_FLEET__SITES__WELCOME__PORT", "8080");
  const { fleet } = await load(JSON.stringify(goodFleet()));
  expect(fleet.sites["welcome"]?.port).toBe(8080);
  expect(info.mock.calls).toEqual([
    ["sites.welcome.port is 8080: FLOTILLA_FLEET__SITES__WELCOME__PORT"],
  ]);
});
