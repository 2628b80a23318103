import { expect, it } from "vitest";
import { parseTap } from "./tap.ts";

it("counts passed, failed and skipped tests, and keeps names and reasons", () => {
  const output = [
    "1..4",
    "ok 1 installs a file",
    "not ok 2 restores a file # 7",
    "# (in test file files.bats, line 7)",
    "ok 3 waits for apt # skip apt is not here",
    "ok 4 says ok 12 times",
  ].join("\n");
  expect(parseTap(output)).toEqual({
    passed: 2,
    failures: ["restores a file # 7"],
    skips: [{ name: "waits for apt", reason: "apt is not here" }],
  });
});

it.each([
  ["a run that was cut off", "1..3\nok 1 a\nok 2 b", "3 planned, 2 ran"],
  ["a run without a plan", "ok 1 a", "an unknown number of planned, 1 ran"],
  ["no output at all", "", "an unknown number of planned, 0 ran"],
])("fails %s", (_, output, failure) => {
  expect(parseTap(output).failures).toEqual([failure]);
});

it("keeps a skip without a reason, for whoever judges it", () => {
  expect(parseTap("1..1\nok 1 a # skip").skips).toEqual([
    { name: "a", reason: "" },
  ]);
});
