import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  hasErrors,
  renderReport,
  renderScript,
  unreached,
  type Finding,
} from "../../provider/preflight/index.ts";

const small: Finding = {
  check: "disk",
  severity: "error",
  text: "is small",
  fix: "grow it",
};
const slow: Finding = { ...small, check: "diskSpeed", severity: "warning" };

test("names every problem of every host, each with what to do", () => {
  expect(
    renderReport([
      { name: "a", address: "10.0.0.1", findings: [small, slow] },
      { name: "b", address: "10.0.0.2", findings: [] },
      { name: "c", address: "10.0.0.3", findings: [small] },
    ]),
  ).toBe(
    [
      "a (10.0.0.1):",
      "  disk: is small",
      "    → grow it",
      "  warning, diskSpeed: is small",
      "    → grow it",
      "c (10.0.0.3):",
      "  disk: is small",
      "    → grow it",
    ].join("\n"),
  );
});

test("shows a script once for all hosts that need it", () => {
  const failure = { kind: "no-access", message: "refuses the login" } as const;
  const findings = [unreached(failure)];
  const report = renderReport([
    { name: "a", address: "10.0.0.1", findings, script: "bash -s" },
    { name: "b", address: "10.0.0.2", findings, script: "bash -s" },
  ]);
  expect(report.match(/bash -s/g)).toHaveLength(1);
  expect(report).toContain("Paste this into a root shell of a, b,");
});

test("a host with warnings alone can be worked on", () => {
  expect(hasErrors({ findings: [slow] })).toBe(false);
  expect(hasErrors({ findings: [slow, small] })).toBe(true);
});

test("the script to paste hands over user and key as they are", () => {
  const word = fc
    .string({ minLength: 1 })
    .filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(word, word, (user, key) => {
      const script = renderScript('printf "%s\\0%s\\0" "$1" "$2"', user, key);
      const printed = execFileSync("bash", { input: script, encoding: "utf8" });
      expect(printed).toBe(`${user}\0${key}\0`);
    }),
    { numRuns: 30 },
  );
});
