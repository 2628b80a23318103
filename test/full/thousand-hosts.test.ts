import { expect, test } from "vitest";
import {
  measureScale,
  renderScale,
  type ScalePoint,
} from "../scale/measure.ts";

const sizes = [100, 250, 500, 1000];

test("with nothing to change, time and memory grow no faster than the number of hosts, up to a thousand", async () => {
  const points = [];
  for (const size of sizes) points.push(await measureScale(size));
  process.stdout.write(renderScale(points));
  for (const { logins, nothing, look } of points) {
    expect(logins).toBe(0);
    expect(nothing.peakMib).toBeLessThan(2048);
    expect(look.peakMib).toBeLessThan(2048);
  }
  const [first, , middle, last] = points;
  if (!first || !middle || !last) throw new Error("a size was not measured");
  // Per host, the last half must not cost more than the first half did; a third is left for the machine's mood.
  const ratio = (of: (point: ScalePoint) => number): number =>
    (of(last) - of(middle)) / 500 / ((of(middle) - of(first)) / 400);
  expect(ratio(({ nothing }) => nothing.seconds)).toBeLessThan(1.34);
  expect(ratio(({ nothing }) => nothing.cpuSeconds)).toBeLessThan(1.34);
  expect(ratio(({ nothing }) => nothing.peakMib)).toBeLessThan(1.34);
});
