import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { fleetWith, goodFleet, Project } from "./project.ts";

interface Case {
  /** The key, its parts separated by `/`. */
  readonly set: string;
  readonly to?: unknown;
  /** The problems as users read them. */
  readonly says: readonly string[];
}

const folder = join(import.meta.dirname, "cases");
const project = new Project();
afterAll(() => project.remove());

test("a configuration that uses every key has no problem", () => {
  expect(project.problems(goodFleet())).toEqual([]);
});

describe.each(readdirSync(folder))("%s", (file) => {
  const cases = parse(readFileSync(join(folder, file), "utf8")) as Case[];
  const titled = cases.map((one) => ({ ...one, title: titleOf(one) }));

  test.each(titled)("fails for $title", ({ set, to, says }) => {
    expect(says).not.toEqual([]);
    expect(project.problems(fleetWith(set.split("/"), to))).toEqual(says);
  });
});

test("fails with all problems at once, each of them once", () => {
  const problems = project.problems({
    ...goodFleet(),
    hosts: {
      web_1: { address: "10.0.0.1" },
      "db-1": { address: "YOUR_IP", prot: 3 },
    },
    services: { cache: { type: "redis", host: "db-2", port: "6379" } },
    sites: {},
    users: {},
    flows: { a: { from: "10.0.0.5/24", to: "db-1", port: 0 } },
    firewal: {},
  });
  expect(problems.map((problem) => problem.split(":")[0])).toEqual([
    "hosts.web_1",
    "hosts.db-1.address",
    "hosts.db-1.prot",
    "services.cache.port",
    "flows.a.from",
    "flows.a.port",
    "firewal",
  ]);
});

test("fails for what is too long, and shows the beginning of it", () => {
  const tooLong = [
    { set: "hosts/web-1/address", to: `${"a.".repeat(130)}eu` },
    { set: "ssh/privateKeyFile", to: "a".repeat(4097) },
    { set: "services/web/config", to: "a".repeat(65537) },
  ];
  const problems = tooLong.flatMap(({ set, to }) =>
    project.problems(fleetWith(set.split("/"), to)),
  );
  expect(
    problems.map((problem) => problem.replace(/(a\.?){30,}…/, "…")),
  ).toEqual([
    'hosts.web-1.address: "…" has 262 characters, a host name may have 253\n    → shorten it',
    'ssh.privateKeyFile: "…" is longer than 4096 characters\n    → use a shorter path',
    'services.web.config: "…" is longer than 65536 characters\n    → split it, or serve it from a package of your own',
  ]);
});

test("fails for a private key in the place of its path without showing it", () => {
  const pem = "-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\n";
  const problems = project.problems(fleetWith(["ssh", "privateKeyFile"], pem));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("[secret] holds a control character");
});

const payloads = [..."; $( ` & ' \" { } % \n \0 |".split(" "), "$(id)", "a b"];
const keys = [
  "hosts/web-1/address",
  "hosts/web-1/user",
  "hosts/web-1/hostKey",
  "hosts/web-1/packages/0",
  "services/web/host",
  "sites/welcome/domains/0",
  "flows/public-web/to",
  "flows/public-web/from",
];

test.each(keys)("fails for shell and template characters in %s", (key) => {
  const accepted = payloads.filter((payload) => {
    const value = `a${payload}b`;
    const [place, last] = [
      key.replace("/0", "").split("/"),
      key.endsWith("/0"),
    ];
    const problems = project.problems(fleetWith(place, last ? [value] : value));
    return problems.length === 0;
  });
  expect(accepted).toEqual([]);
});

test("a configuration of 1,000 faulty hosts is refused within a second", () => {
  const hosts = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [
      `host-${index}`,
      { address: `10.1.${index >> 8}.${index & 255}`, port: "22" },
    ]),
  );
  const begin = performance.now();
  const problems = project.problems({ ...goodFleet(), hosts });
  expect(problems.length).toBeGreaterThanOrEqual(1000);
  expect(performance.now() - begin).toBeLessThan(1000);
});

function titleOf({ set, to }: Case): string {
  return JSON.stringify({ [set]: to }).slice(1, -1);
}
