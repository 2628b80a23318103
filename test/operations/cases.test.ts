import { expect, test } from "vitest";
import { planCase, readCases, summaryOf } from "./case.ts";

const cases = readCases();

test("there are cases of every kind of operation", () => {
  const kinds = new Set(cases.map(([name]) => name.split("/")[0]));
  expect([...kinds].sort()).toEqual([
    "absent",
    "delete",
    "directory",
    "file",
    "host-key",
    "job",
    "link",
    "nftables",
    "package",
    "postgres-cluster",
    "postgres-database",
    "postgres-grant",
    "postgres-role",
    "release",
    "setting",
    "sshd",
    "sysctl",
    "unit",
    "user",
  ]);
});

test.each(cases)("%s", (_, one) => {
  expect(summaryOf(planCase(one))).toEqual(one.expected);
});
