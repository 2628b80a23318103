import { expect, test } from "vitest";
import { hostFacts, parseObservation } from "../../provider/facts/index.ts";

const first = new Date("2026-11-21T10:00:00Z");
const later = new Date("2026-11-21T11:00:00Z");

function observation(memoryKib: number, diskKib = 20_900_000) {
  const facts = {
    cpus: 2,
    memoryKib,
    diskKib,
    os: "debian 12",
    kernel: "6.1.0-32-amd64",
    architecture: "x86_64",
    hostname: "web-1",
  };
  const records = Object.entries(facts).map(
    ([name, value]) => `host\t${name}\t${String(value)}`,
  );
  return parseObservation([...records, "complete", ""].join("\n"));
}

test("sizes are floored to what does not move", () => {
  expect(hostFacts(observation(4_024_348), undefined, first)).toEqual({
    cpus: 2,
    memoryMib: 3840,
    diskGib: 19,
    os: "debian 12",
    kernel: "6.1.0-32-amd64",
    architecture: "x86_64",
    hostname: "web-1",
    detectedAt: "2026-11-21T10:00:00.000Z",
    source: "ssh",
  });
});

test("detectedAt stays while nothing else moves", () => {
  const before = hostFacts(observation(4_024_348), undefined, first);
  expect(hostFacts(observation(4_010_000), before, later)).toEqual(before);
});

test("detectedAt moves with another fact", () => {
  const before = hostFacts(observation(4_024_348), undefined, first);
  const after = hostFacts(observation(8_024_348), before, later);
  expect(after.memoryMib).toBe(7680);
  expect(after.detectedAt).toBe(later.toISOString());
});
