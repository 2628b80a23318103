import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { fleet } from "../../components/config/fleet.ts";
import { checkout } from "../../toolchain/build.ts";
import {
  fleetSchema,
  renderSchema,
  schemaFiles,
  stackSchema,
} from "../../toolchain/config-schema.ts";
import { fleetWith, goodFleet, hostKey } from "../config/project.ts";

const ajv = new Ajv({ allErrors: true });
const validate = ajv.compile(readSchema(schemaFiles.fleet));
const validateStack = ajv.compile(readSchema(schemaFiles.stack));

function readSchema(file: string): object {
  return JSON.parse(readFileSync(file, "utf8")) as object;
}

/** What an editor says about a value of `flotilla:fleet`: places, in JSON's own way of naming them. */
function complaints(value: unknown): string[] {
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(
    ({ dataPath, message }) => `${dataPath} ${message ?? ""}`,
  );
}

function readYaml(...names: string[]): unknown {
  return parse(readFileSync(path.join(checkout, ...names), "utf8"));
}

test("the schemas are what npm run docs makes", () => {
  const file = (name: string) => readFileSync(name, "utf8");
  expect(file(schemaFiles.fleet)).toBe(renderSchema(fleetSchema()));
  expect(file(schemaFiles.stack)).toBe(renderSchema(stackSchema()));
});

test("every key has its sentence of docs/config.md as a hover, with its default", () => {
  const text = JSON.stringify(fleetSchema());
  expect(text).toContain(
    '"description":"Memory for data, in MiB; a write beyond it is refused. Restarts Redis. Default: no limit."',
  );
  expect(text).toContain('"default":6379');
  expect(text).toContain('"minimum":1,"maximum":1048576');
});

test.each([["Pulumi.dev.yaml"], ["toolchain", "config-docs", "example.yaml"]])(
  "the stack's file %s %s is accepted whole",
  (...names) => {
    const names_ = names.filter(Boolean);
    expect(
      validateStack(readYaml(...names_)),
      ajv.errorsText(validateStack.errors),
    ).toBe(true);
  },
);

test("the development stack names its schema for editors, by a path that exists", () => {
  const [line = ""] = readFileSync(
    path.join(checkout, "Pulumi.dev.yaml"),
    "utf8",
  ).split("\n");
  const named = /^# yaml-language-server: \$schema=(\S+)$/.exec(line)?.[1];
  expect(path.join(checkout, named ?? "")).toBe(
    path.normalize(schemaFiles.stack),
  );
});

test("a stack's file without a fleet, and one with a mistake in it, are refused", () => {
  expect(validateStack({ config: {} })).toBe(false);
  const config = { "flotilla:fleet": fleetWith(["ssh", "port"], "22") };
  expect(validateStack({ config })).toBe(false);
});

test("a stack's file may name the file of its fleet", () => {
  const stack = (fleet: string) => ({ config: { "flotilla:fleet": fleet } });
  expect(validateStack(stack("fleets/eu.yaml"))).toBe(true);
  expect(validateStack(stack("web-1"))).toBe(false);
});

test("a configuration that uses every key is accepted", () => {
  expect(complaints(goodFleet())).toEqual([]);
});

const refused: [string, unknown, string][] = [
  [
    "hosts/web-1/adress",
    "10.0.0.1",
    ".hosts['web-1'] should NOT have additional properties",
  ],
  [
    "hosts/web-1/address",
    undefined,
    ".hosts['web-1'] should have required property 'address'",
  ],
  [
    "hosts/web-1/address",
    "10.0.0.5/24",
    ".hosts['web-1'].address should match",
  ],
  ["hosts/web-1/address", "YOUR_IP", ".hosts['web-1'].address should"],
  ["hosts/web-1/address", "<address>", ".hosts['web-1'].address should"],
  [
    "hosts/web-1/address",
    "web.example.com",
    ".hosts['web-1'].address should NOT be valid",
  ],
  [
    "hosts/web-1/address",
    "0.0.0.0",
    ".hosts['web-1'].address should NOT be valid",
  ],
  [
    "hosts/web_1",
    { address: "10.0.0.9" },
    ".hosts property name 'web_1' is invalid",
  ],
  ["hosts/web-1/port", "22", ".hosts['web-1'].port should be integer"],
  ["hosts/web-1/port", 65536, ".hosts['web-1'].port should be <= 65535"],
  ["hosts/web-1/user", "Root", ".hosts['web-1'].user should match pattern"],
  [
    "hosts/web-1/hostKey",
    "SHA256:abc",
    ".hosts['web-1'].hostKey should match pattern",
  ],
  [
    "hosts/web-1/packages",
    ["a b"],
    ".hosts['web-1'].packages[0] should match pattern",
  ],
  [
    "services/cache/password",
    "hunter2",
    ".services['cache'].password should be object",
  ],
  [
    "services/cache/maxMemoryMib",
    0,
    ".services['cache'].maxMemoryMib should be >= 1",
  ],
  [
    "services/cache/type",
    "redsi",
    ".services['cache'] should match exactly one schema",
  ],
  [
    "ssh/privateKey",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    ".ssh.privateKey should be object",
  ],
  [
    "ssh/breakGlassKey",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    ".ssh.breakGlassKey should match pattern",
  ],
  [
    "sites/welcome/directory",
    "/",
    ".sites['welcome'].directory should NOT be valid",
  ],
  [
    "sites/welcome/git",
    { url: "https://user:token@git.fleet.test/a.git" },
    ".sites['welcome'].git.url should NOT be valid",
  ],
  [
    "sites/welcome/git",
    { url: "git@git.fleet.test:a.git", deployKey: "in clear" },
    ".sites['welcome'].git.deployKey should be object",
  ],
  [
    "sites/welcome/keepReleases",
    1,
    ".sites['welcome'].keepReleases should be >= 2",
  ],
  [
    "sites/welcome/domains",
    ["https://a.eu"],
    ".sites['welcome'].domains[0] should match pattern",
  ],
  [
    "flows/public-web/protocol",
    "icmp",
    ".flows['public-web'].protocol should be equal to one",
  ],
  [
    "flows/public-web/from",
    "a b",
    ".flows['public-web'].from should match pattern",
  ],
  ["firewall/enabled", "yes", ".firewall.enabled should be boolean"],
  ["firewal", {}, " should NOT have additional properties"],
  ["hosts", undefined, " should have required property 'hosts'"],
];

test.each(refused)("fails in the editor for %s: %j", (set, to, said) => {
  const found = complaints(fleetWith(set.split("/"), to));
  expect(found.filter((one) => one.startsWith(said))).not.toEqual([]);
});

interface Case {
  readonly set: string;
  readonly to?: unknown;
}

test("an editor finds at least half of all mistakes that the program finds", () => {
  const folder = path.join(checkout, "test", "config", "cases");
  const cases = readdirSync(folder).flatMap(
    (name) => parse(readFileSync(path.join(folder, name), "utf8")) as Case[],
  );
  const seen = cases.filter(
    ({ set, to }) => complaints(fleetWith(set.split("/"), to)).length > 0,
  );
  expect(seen.length / cases.length).toBeGreaterThan(0.5);
});

describe("what the program accepts, an editor accepts", () => {
  const good: [string, unknown][] = [
    ["hosts/web-1/address", "2a01:4f8::5"],
    ["hosts/web-1/address", "::ffff:10.0.0.1"],
    ["hosts/web-1/address", "web-1.fleet.test"],
    ["hosts/web-1/privateAddress", "fd00::1"],
    ["hosts/web-1/hostKey", `${hostKey} root@web-1 of 2026`],
    [
      "hosts/web-1/packages",
      ["libstdc++6", "curl=7.88.1-10+deb12u5", "a.b=1:2~3"],
    ],
    ["hosts/web-1/home", "/srv/home of/admin"],
    ["ssh/breakGlassKey", hostKey],
    ["ssh/privateKeyFile", "~/keys/my key"],
    ["ssh/connectTimeoutSeconds", 1.5],
    ["sites/welcome/directory", "./site"],
    ["sites/welcome/directory", "../elsewhere/ümlaut"],
    ["sites/welcome/git", { url: "https://git.fleet.test:8443/a/b@c.git" }],
    ["sites/welcome/git", { url: "ssh://git@git.fleet.test:22/a/b.git" }],
    [
      "sites/welcome/git",
      {
        url: "git@git.fleet.test:a.git",
        ref: "feature/ü-1.2@x",
        path: "docs/.public/a b",
        deployKey: { secret: "key" },
        hostKey,
      },
    ],
    ["sites/welcome/domains", ["a.eu", "xn--bcher-kva.eu", "A-1.b.c"]],
    ["flows/public-web/from", ["10.0.0.0/8", "2a01::/16", "web-1", "10.1.1.1"]],
    ["flows/public-web/from", "anywhere"],
    ["services/web/config", "a { b; }\n\tc;\n"],
    ["services/cache/password", { secret: "A.b_c-1" }],
  ];

  test.each(good)("%s: %j", (set, to) => {
    const input = fleetWith(set.split("/"), to);
    expect(fleet.safeParse(input).error).toBeUndefined();
    expect(complaints(input)).toEqual([]);
  });

  const texts = [
    "hosts/web-1/address",
    "hosts/web-1/privateAddress",
    "hosts/web-1/user",
    "hosts/web-1/home",
    "ssh/privateKeyFile",
    "sites/welcome/directory",
    "firewall/controllerAddress",
    "flows/public-web/from",
  ];

  test.each(texts)("%s, for texts of all sorts", (set) => {
    ensureTexts((to) => fleetWith(set.split("/"), to));
  });

  test.each(["ref", "path", "user"])(
    "git.%s, for texts of all sorts",
    (key) => {
      const url = "https://git.fleet.test/a.git";
      ensureTexts((to) =>
        fleetWith(["sites", "welcome", "git"], { url, [key]: to }),
      );
    },
  );

  function ensureTexts(make: (text: string) => unknown): void {
    const unit = fc.constantFrom(...Array.from("aZ09.:-_/~%@ \u00a0ü"));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (to) => {
        const input = make(to);
        return (
          !fleet.safeParse(input).success || complaints(input).length === 0
        );
      }),
      { numRuns: 500 },
    );
  }
});
