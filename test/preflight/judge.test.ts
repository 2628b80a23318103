import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import {
  checkNames,
  declaredSizes,
  requirements,
  wantedPort,
} from "../../manifest/preflight.ts";
import { parsePreflight } from "../../provider/facts/index.ts";
import {
  judge,
  renderFinding,
  withoutIgnored,
} from "../../provider/preflight/index.ts";

const folder = path.resolve(import.meta.dirname, "../cases/preflight");
const good = readFileSync(path.join(folder, "good.txt"), "utf8");

/** What a host that has nothing wrong printed, what is different, and what must be found. */
const cases = z.array(
  z.strictObject({
    name: z.string(),
    /** Instead of all records of their type; of `host` and `resolve`, of their name. */
    records: z.array(z.string()).default([]),
    /** Types of records that are missing. */
    drop: z.array(z.string()).default([]),
    ports: z.record(z.string(), wantedPort).default({}),
    declared: declaredSizes.prefault({}),
    firewall: z.boolean().default(true),
    requirements: requirements.prefault({}),
    finds: z.array(z.string()),
  }),
);

type Case = z.output<typeof cases>[number];

function answerOf({ records, drop }: Pick<Case, "records" | "drop">): string {
  const changed = records.map(kindOf);
  const kept = good
    .split("\n")
    .filter((record) => !changed.includes(kindOf(record)))
    .filter((record) => !drop.includes(record.split("\t")[0] ?? ""));
  return [...records, ...kept].join("\n");
}

function kindOf(record: string): string {
  const [type = "", name] = record.split("\t");
  return ["host", "resolve"].includes(type) ? `${type} ${name}` : type;
}

function findings(one: Omit<Case, "name" | "finds">): string[] {
  const wanted = { ...one, checks: checkNames };
  const answer = parsePreflight(answerOf(one));
  const examined = {
    answer,
    wanted,
    sentAt: 1795272756,
    receivedAt: 1795272757,
  };
  const found = withoutIgnored(judge(examined), one.requirements);
  return found.map((finding) =>
    renderFinding(finding)
      .map((line) => line.trim())
      .join("\n"),
  );
}

const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

describe.each(files)("%s", (file) => {
  const read = cases.parse(
    parse(readFileSync(path.join(folder, file), "utf8")),
  );
  test.each(read)("$name", ({ name, finds, ...one }) => {
    expect(name).not.toBe("");
    expect(findings(one)).toEqual(finds);
  });
});

test("a host that has everything has no problem", () => {
  expect(
    findings({
      records: [],
      drop: [],
      ports: { "tcp/80": { by: "sites.welcome", units: [] } },
      declared: {},
      firewall: true,
      requirements: requirements.parse({}),
    }),
  ).toEqual([]);
});

test("only what is asked is judged", () => {
  const answer = parsePreflight("host\tcpus\t2\ncomplete\n");
  const wanted = {
    ports: {},
    declared: { cpus: 4 },
    firewall: true,
    requirements: requirements.parse({ minCpus: 8 }),
    checks: ["declared"] as const,
  };
  const found = judge({ answer, wanted, sentAt: 0, receivedAt: 1 });
  expect(found.map(({ check }) => check)).toEqual(["declared"]);
});
