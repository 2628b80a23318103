import { expect, test } from "vitest";
import { median, renderTable, rowsOf } from "./report.ts";
import type { Sample } from "./scenario.ts";

function sample(tool: string, seconds: number): Sample {
  return {
    scenario: "1",
    job: "nothing",
    tool,
    seconds,
    logins: 1,
    peakMib: 64,
  };
}

test("a ratio is of medians of the same scenario and job", () => {
  const rows = rowsOf([
    ...[2, 1, 9].map((seconds) => sample("floor", seconds)),
    ...[3, 100, 2].map((seconds) => sample("flotilla", seconds)),
    { ...sample("flotilla", 7), job: "look" },
  ]);
  expect(
    rows.map(({ tool, job, seconds, ratio }) => [tool, job, seconds, ratio]),
  ).toEqual([
    ["floor", "nothing", 2, 1],
    ["flotilla", "nothing", 3, 1.5],
    ["flotilla", "look", 7, undefined],
  ]);
});

test("of an even number of values the median is the lower middle one", () => {
  expect(median([4, 1, 3, 2])).toBe(2);
});

test("the table names what was measured, and leaves out what was not", () => {
  const table = renderTable(
    rowsOf([{ ...sample("floor", 0.429), peakMib: Number.NaN }]),
  );
  expect(table.split("\n")[2]).toBe(
    "| 1 | nothing to change | floor | 0.43 | 1.00 | 1 | – |",
  );
});
