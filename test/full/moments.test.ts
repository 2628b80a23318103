import { expect, test } from "vitest";
import { spread } from "./moments.ts";

test.each([1, 2, 4, 23, 952])("all of %i are in the order once", (count) => {
  const all = Array.from({ length: count }, (_, index) => [index]);
  expect(spread(all).toSorted(([a = 0], [b = 0]) => a - b)).toEqual(all);
});

test("the first forty of a thousand come from everywhere and meet every victim", () => {
  const all = Array.from({ length: 1000 }, (_, index) => index);
  const first = spread(all).slice(0, 40);
  expect(new Set(first.map((index) => Math.floor(index / 100))).size).toBe(10);
  expect(new Set(first.map((index) => index % 4)).size).toBe(4);
});
