import { expect, it } from "vitest";
import { snapshotChanges } from "../../../../provider/server/snapshots/changes.ts";
import { markAfter } from "../../../../provider/server/snapshots/mark.ts";
import {
  Secret,
  UNKNOWN,
  type PropertyMap,
} from "../../../../provider/server/property.ts";

const watch = {
  "db-1-packages/package:htop": "any",
  "cache/package:redis-server": "any",
  "cache/file:/etc/redis/flotilla.conf": "5eaf",
  "cache/file:/etc/redis/flotilla-auth.conf": new Secret("0ff1ce"),
};

function inputs(changes: PropertyMap = {}): PropertyMap {
  const place = { provider: "hetzner", machine: "17", host: "db-1" };
  return { ...place, stack: "dev", keep: 3, watch, ...changes };
}

it.for<[string, PropertyMap, readonly string[]]>([
  ["nothing", {}, []],
  ["keep alone", { keep: 1 }, []],
  ["the price list", { price: { perGbMonth: 1 } }, []],
  [
    "a package more",
    { watch: { ...watch, "db-1-packages/package:tree": "any" } },
    ["db-1-packages/package:tree"],
  ],
  [
    "a package less, which stays installed",
    { watch: { ...watch, "db-1-packages/package:htop": undefined } },
    [],
  ],
  [
    "another password",
    {
      watch: {
        ...watch,
        "cache/file:/etc/redis/flotilla-auth.conf": new Secret("facade"),
      },
    },
    ["cache/file:/etc/redis/flotilla-auth.conf"],
  ],
  [
    "what is not known yet",
    { watch: { ...watch, "cache/file:/etc/redis/flotilla.conf": UNKNOWN } },
    ["cache/file:/etc/redis/flotilla.conf"],
  ],
  [
    "a service that goes",
    { watch: { "db-1-packages/package:htop": "any" } },
    [
      "cache/file:/etc/redis/flotilla-auth.conf",
      "cache/file:/etc/redis/flotilla.conf",
    ],
  ],
  ["another machine, which is a fresh one", { machine: "18", watch: {} }, []],
])("a snapshot is made, or not, for %s", ([, changes, reasons]) => {
  const after = inputs(changes);
  // On the wire, what is undefined is not there.
  const known = after["watch"] as PropertyMap;
  after["watch"] = Object.fromEntries(
    Object.entries(known).filter(([, value]) => value !== undefined),
  );
  expect(snapshotChanges(inputs(), after).reasons).toEqual(reasons);
});

it("a change that is made again is another one, and a mark needs the key", () => {
  const mark = markAfter("key", "before", inputs());
  expect(mark).toMatch(/^[0-9a-f]{16}$/);
  expect(markAfter("key", "before", inputs())).toBe(mark);
  expect(markAfter("key", mark, inputs())).not.toBe(mark);
  expect(markAfter("other", "before", inputs())).not.toBe(mark);
});
