import { expect, it } from "vitest";
import { addTallies, emptyTally, judgeTally, renderTally } from "./tally.ts";

const green = { passed: 2, failures: [], skips: [] };

it("leaves a run that proved something as it is", () => {
  const explained = { ...green, skips: [{ name: "a", reason: "needs root" }] };
  expect(judgeTally("unit", explained, 0)).toEqual(explained);
});

it.each([
  ["no test at all", emptyTally, 0, "unit: no test ran"],
  [
    "only skipped tests",
    { ...emptyTally, skips: [{ name: "a", reason: "needs root" }] },
    0,
    "unit: no test ran",
  ],
  [
    "a skip without a reason",
    { ...green, skips: [{ name: "a", reason: "" }] },
    0,
    "a: skipped without a reason",
  ],
  [
    "a bad exit of a run whose tests all passed",
    green,
    1,
    "unit: exit code 1 although no test failed",
  ],
])("fails %s", (_, tally, exitCode, failure) => {
  expect(judgeTally("unit", tally, exitCode).failures).toEqual([failure]);
});

it("renders the last line, skips only when there are some", () => {
  const skips = [{ name: "a", reason: "needs root" }];
  expect(renderTally(green)).toBe("2 passed, 0 failed");
  const failing = { passed: 1, failures: ["x"], skips };
  expect(renderTally(failing)).toBe("1 passed, 1 failed, 1 skipped");
  expect(renderTally(addTallies(green, failing))).toBe(
    "3 passed, 1 failed, 1 skipped",
  );
});
