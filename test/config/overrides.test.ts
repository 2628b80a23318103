import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { applyOverrides } from "../../components/config/overrides.ts";
import {
  variableOf,
  variableWord,
} from "../../components/config/variable-name.ts";
import { valueAt } from "../../components/config/schema-path.ts";
import { fleetWith, goodFleet, password, Project } from "./project.ts";

const project = new Project();
afterAll(() => project.remove());

type Variables = Record<string, string>;

/** The good configuration as these variables leave it; none of them may be refused. */
function overridden(environment: Variables): unknown {
  const { input, problems } = applyOverrides(goodFleet(), environment);
  expect(problems).toEqual([]);
  return input;
}

const taken = [
  {
    set: "HOSTS__WEB_1__ADDRESS=10.0.0.9",
    at: "hosts.web-1.address",
    is: "10.0.0.9",
  },
  {
    set: "HOSTS__web-1__Address=10.0.0.9",
    at: "hosts.web-1.address",
    is: "10.0.0.9",
  },
  {
    set: "HOSTS__WEB1__ADDRESS=10.0.0.9",
    at: "hosts.web-1.address",
    is: "10.0.0.9",
  },
  {
    set: "SSH__CONNECT_TIMEOUT_SECONDS=7",
    at: "ssh.connectTimeoutSeconds",
    is: 7,
  },
  {
    set: "SSH__CONNECTTIMEOUTSECONDS=1.5",
    at: "ssh.connectTimeoutSeconds",
    is: 1.5,
  },
  { set: "FIREWALL__ENABLED=false", at: "firewall.enabled", is: false },
  {
    set: "FIREWALL__ALLOW_LOCKOUT=true",
    at: "firewall.allowLockout",
    is: true,
  },
  {
    set: "FIREWALL__SSH_FROM=10.0.0.0/8",
    at: "firewall.sshFrom",
    is: "10.0.0.0/8",
  },
  {
    set: "FIREWALL__SSH_FROM=10.0.0.0/8, web-1",
    at: "firewall.sshFrom",
    is: ["10.0.0.0/8", "web-1"],
  },
  {
    set: 'FIREWALL__SSH_FROM=["10.0.0.0/8"]',
    at: "firewall.sshFrom",
    is: ["10.0.0.0/8"],
  },
  {
    set: "SITES__WELCOME__DOMAINS=a.eu",
    at: "sites.welcome.domains",
    is: ["a.eu"],
  },
  {
    set: "SITES__WELCOME__DOMAINS=a.eu,b.eu",
    at: "sites.welcome.domains",
    is: ["a.eu", "b.eu"],
  },
  { set: "SITES__WELCOME__DOMAINS=[]", at: "sites.welcome.domains", is: [] },
  {
    set: "SERVICES__CACHE__PASSWORD__SECRET=other",
    at: "services.cache.password",
    is: { secret: "other" },
  },
  {
    set: 'SERVICES__CACHE__PASSWORD={"secret":"other"}',
    at: "services.cache.password",
    is: { secret: "other" },
  },
  {
    set: "SERVICES__CACHE__MAX_MEMORY_MIB=null",
    at: "services.cache.maxMemoryMib",
    is: undefined,
  },
  { set: "HOSTS__DB_1=null", at: "hosts.db-1", is: undefined },
  {
    set: 'HOSTS={"a":{"address":"10.0.0.7"}}',
    at: "hosts",
    is: { a: { address: "10.0.0.7" } },
  },
  { set: "FORGET_HOSTS=old-1", at: "forgetHosts", is: ["old-1"] },
  {
    set: "SERVICES__WEB__CONFIG=gzip off;\nfoo a,b;",
    at: "services.web.config",
    is: "gzip off;\nfoo a,b;",
  },
  { set: "HOSTS__WEB_1__USER=true", at: "hosts.web-1.user", is: "true" },
  { set: "HOSTS__WEB_1__PORT=022", at: "hosts.web-1.port", is: 22 },
];

test.each(taken)("FLOTILLA_FLEET__$set sets $at", ({ set, at, is }) => {
  const [name = "", ...value] = set.split("=");
  const input = overridden({ [`FLOTILLA_FLEET__${name}`]: value.join("=") });
  expect(valueAt(input, at.split("."))).toEqual(is);
});

test("what no variable names stays as it is, and the given configuration is not changed", () => {
  const before = goodFleet();
  const { input } = applyOverrides(before, {
    FLOTILLA_FLEET__SSH__USER: "root",
  });
  expect(before).toEqual(goodFleet());
  expect(input).toEqual(fleetWith(["ssh", "user"], "root"));
});

test("the more precise variable wins over the wider, also into what the wider one adds", () => {
  const input = overridden({
    FLOTILLA_FLEET__HOSTS: '{"new":{"address":"10.0.0.7","port":22}}',
    FLOTILLA_FLEET__HOSTS__NEW__PORT: "2200",
  });
  expect(valueAt(input, ["hosts"])).toEqual({
    new: { address: "10.0.0.7", port: 2200 },
  });
});

test("a service changes its type, whatever the order of the variables", () => {
  const input = overridden({
    FLOTILLA_FLEET__SERVICES__WEB__PORT: "6380",
    FLOTILLA_FLEET__SERVICES__WEB__TYPE: "redis",
  });
  expect(valueAt(input, ["services", "web"])).toMatchObject({
    type: "redis",
    port: 6380,
  });
});

test("of two names that differ in a dash alone, each has its own spelling", () => {
  const hosts = { "web-1": { address: "a" }, web1: { address: "b" } };
  const { input, problems } = applyOverrides(
    { hosts },
    {
      FLOTILLA_FLEET__HOSTS__WEB_1__ADDRESS: "c",
      FLOTILLA_FLEET__HOSTS__WEB1__ADDRESS: "d",
    },
  );
  expect(problems).toEqual([]);
  expect(input).toEqual({
    hosts: { "web-1": { address: "c" }, web1: { address: "d" } },
  });
});

test("every key of every fleet is reached by the name that variableOf gives", () => {
  const word = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  fc.assert(
    fc.property(word, (name) => {
      const path = ["hosts", name, "privateAddress"];
      const given = { hosts: { [name]: { address: "10.0.0.1" } } };
      const { input, problems } = applyOverrides(given, {
        [variableOf(path)]: "10.0.0.2",
      });
      return problems.length === 0 && valueAt(input, path) === "10.0.0.2";
    }),
  );
});

test.each([
  ["web-1", "WEB_1"],
  ["connectTimeoutSeconds", "CONNECT_TIMEOUT_SECONDS"],
  ["maxMemoryMib", "MAX_MEMORY_MIB"],
  ["xn--bcher-kva", "XN_BCHER_KVA"],
])("%s is written %s", (key, word) => {
  expect(variableWord(key)).toBe(word);
});

const others = [
  "FLOTILLA_LOG",
  "FLOTILLA_LOG_FILE",
  "FLOTILLA_CACHE",
  "FLOTILLA_LAB",
  "FLOTILLA_LAB_RANGE",
  "FLOTILLA_NODE",
  "FLOTILLA_SEED",
  "FLOTILLA_TEST_LAB",
  "FLOTILLA_TEST_SUMMARY",
  "PULUMI_CONFIG",
];

test("the variables of Flotilla's own processes are none of the configuration's", () => {
  const environment = Object.fromEntries(others.map((name) => [name, "x"]));
  expect(overridden(environment)).toEqual(goodFleet());
});

const refused: { set: Variables; says: string[] }[] = [
  {
    set: { FLOTILLA_FLEET__HOSTS__WEB_2__ADDRESS: "10.0.0.9" },
    says: [
      "FLOTILLA_FLEET__HOSTS__WEB_2__ADDRESS: overrides nothing: hosts has no WEB_2\n    → did you mean FLOTILLA_FLEET__HOSTS__WEB_1?",
    ],
  },
  {
    set: { FLOTILLA_FLEET__HOST__WEB_1__ADDRESS: "10.0.0.9" },
    says: [
      "FLOTILLA_FLEET__HOST__WEB_1__ADDRESS: overrides nothing: flotilla:fleet has no HOST\n    → did you mean FLOTILLA_FLEET__HOSTS?",
    ],
  },
  {
    set: { FLOTILLA_FLEET__HOSTS__WEB_1__PRIORITY: "1" },
    says: [
      "FLOTILLA_FLEET__HOSTS__WEB_1__PRIORITY: overrides nothing: hosts.web-1 has no PRIORITY\n    → known there: PROVIDER, ADDRESS, PRIVATE_ADDRESS, HOST_KEY, ACCEPT_NEW_HOST_KEY, KNOWN_HOSTS_FILE, ALLOW_LOCAL, USER, HOME, PORT, PACKAGES, HARDENING, DECLARED; something new goes into the stack's file",
    ],
  },
  {
    set: { FLOTILLA_FLEET__SITES__WELCOME__DOMAINS__0: "a.eu" },
    says: [
      "FLOTILLA_FLEET__SITES__WELCOME__DOMAINS__0: leads into sites.welcome.domains, which has no keys\n    → set FLOTILLA_FLEET__SITES__WELCOME__DOMAINS to the whole of it",
    ],
  },
  {
    set: { FLOTILLA_FLEET__SSH__USER: "" },
    says: [
      "FLOTILLA_FLEET__SSH__USER: is empty\n    → give it a value, or null to leave the key out",
    ],
  },
  {
    set: { FLOTILLA_FLEET__HOSTS: "web-1" },
    says: [
      "FLOTILLA_FLEET__HOSTS: must be an object with keys as JSON\n    → correct it, or quote it for your shell",
    ],
  },
  {
    set: { FLOTILLA_FLEET__FIREWALL__SSH_FROM: '["10.0.0.0/8"' },
    says: [
      "FLOTILLA_FLEET__FIREWALL__SSH_FROM: must be a list as JSON\n    → correct it, or quote it for your shell",
    ],
  },
  {
    set: { FLOTILLA_FLEET__SSH__PRIVATE_KEY: "-----BEGIN CANARY PRIVATE KEY" },
    says: [
      'FLOTILLA_FLEET__SSH__PRIVATE_KEY: must not hold a secret in clear\n    → write {"secret":"<name>"} there, and the secret itself into FLOTILLA_SECRET__<NAME>',
    ],
  },
  {
    set: {
      FLOTILLA_FLEET__SSH__USER: "root",
      FLOTILLA_FLEET__ssh__user: "admin",
    },
    says: [
      "ssh.user: is set twice, by FLOTILLA_FLEET__SSH__USER and FLOTILLA_FLEET__ssh__user\n    → unset one of them",
    ],
  },
  {
    set: { FLOTILLA_HOSTS__WEB_1__ADDRESS: "10.0.0.9" },
    says: [
      "FLOTILLA_HOSTS__WEB_1__ADDRESS: is written like an override and is none\n    → overrides begin with FLOTILLA_FLEET__ or FLOTILLA_SECRET__, with two underscores before each key",
    ],
  },
  {
    set: { FLOTILLA_FLEET_SSH_USER: "root" },
    says: [
      "FLOTILLA_FLEET_SSH_USER: is written like an override and is none\n    → overrides begin with FLOTILLA_FLEET__ or FLOTILLA_SECRET__, with two underscores before each key",
    ],
  },
  {
    set: { FLOTILLA_FLEET__HOSTS__WEB_1__PORT: "ssh" },
    says: [
      'hosts.web-1.port (from FLOTILLA_FLEET__HOSTS__WEB_1__PORT): "ssh" must be an integer from 1 to 65535\n    → use a number in that range',
    ],
  },
  {
    set: { FLOTILLA_FLEET__FIREWALL__ENABLED: "yes" },
    says: [
      'firewall.enabled (from FLOTILLA_FLEET__FIREWALL__ENABLED): "yes" must be true or false\n    → write true or false there',
    ],
  },
  {
    set: { FLOTILLA_FLEET__HOSTS__WEB_1: '{"address":"10.0.0.1","prt":22}' },
    says: [
      'hosts.web-1.prt (from FLOTILLA_FLEET__HOSTS__WEB_1): is an unknown key\n    → did you mean "port"?',
    ],
  },
  {
    set: { FLOTILLA_FLEET__SITES__WELCOME__HOST: "db-2" },
    says: [
      'sites.welcome.host (from FLOTILLA_FLEET__SITES__WELCOME__HOST): "db-2" is not a host of this fleet\n    → did you mean "db-1"?',
    ],
  },
  {
    set: { FLOTILLA_SECRET__CACHE_PASWORD: password },
    says: [
      "FLOTILLA_SECRET__CACHE_PASWORD: overrides nothing: the configuration names no such secret\n    → did you mean FLOTILLA_SECRET__CACHE_PASSWORD?",
    ],
  },
  {
    set: { FLOTILLA_SECRET__CACHE_PASSWORD: "" },
    says: [
      "FLOTILLA_SECRET__CACHE_PASSWORD: is empty\n    → set it to the secret, or unset it",
    ],
  },
  {
    set: { FLOTILLA_SECRET__CACHE_PASSWORD: "hunter2" },
    says: [
      "flotilla:cache-password (from FLOTILLA_SECRET__CACHE_PASSWORD): [secret] must have 16 to 128 visible ASCII characters, without space, quote and backslash\n    → make one with `openssl rand -hex 24`",
    ],
  },
];

describe("a fleet that names a secret", () => {
  const place = ["services", "cache", "password"];
  const named = fleetWith(place, { secret: "cache-password" });

  test.each(refused)("fails under $set", ({ set, says }) => {
    expect(project.problems(named, set)).toEqual(says);
  });

  test("fails with what the environment breaks and what the file breaks in one list", () => {
    const fleet = fleetWith(["hosts", "db-1", "port"], "22");
    expect(
      project
        .problems(fleet, {
          FLOTILLA_FLEET__SSH__PORT: "0",
          FLOTILLA_FLEET__SHS__PORT: "22",
        })
        .map((problem) => problem.split(": ")[0]),
    ).toEqual([
      "FLOTILLA_FLEET__SHS__PORT",
      "ssh.port (from FLOTILLA_FLEET__SSH__PORT)",
      "hosts.db-1.port",
    ]);
  });

  test("takes it from the environment where the stack has none, or another", () => {
    const environment = { FLOTILLA_SECRET__CACHE_PASSWORD: password };
    const none = () => undefined;
    const { problems, secrets } = project.check(named, environment, none);
    expect(problems).toEqual([]);
    expect(secrets.get("cache-password")?.value).toBe(password);
  });

  test("says each override in a line, and no secret", () => {
    const { notes } = project.check(named, {
      FLOTILLA_FLEET__HOSTS__WEB_1__PORT: "2222",
      FLOTILLA_FLEET__SITES__WELCOME__DOMAINS: "a.eu,b.eu",
      FLOTILLA_FLEET__SERVICES__CACHE__MAX_MEMORY_MIB: "null",
      FLOTILLA_SECRET__CACHE_PASSWORD: password,
    });
    expect(notes).toEqual([
      "hosts.web-1.port is 2222: FLOTILLA_FLEET__HOSTS__WEB_1__PORT",
      "services.cache.maxMemoryMib is left out: FLOTILLA_FLEET__SERVICES__CACHE__MAX_MEMORY_MIB",
      'sites.welcome.domains is ["a.eu","b.eu"]: FLOTILLA_FLEET__SITES__WELCOME__DOMAINS',
      "flotilla:cache-password is [secret]: FLOTILLA_SECRET__CACHE_PASSWORD",
    ]);
  });
});
