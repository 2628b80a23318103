import fc from "fast-check";
import { expect, test } from "vitest";
import { memorySettings } from "../../../../components/services/postgres/memory.ts";

/** As docs/postgres.md has them. */
const examples: [memoryMib: number, connections: number, ...string[]][] = [
  [768, 100, "192MB", "576MB", "48MB", "4MB"],
  [1792, 100, "448MB", "1344MB", "112MB", "4MB"],
  [3840, 100, "960MB", "2880MB", "240MB", "9MB"],
  [7936, 100, "1984MB", "5952MB", "496MB", "19MB"],
  [15872, 200, "3968MB", "11904MB", "992MB", "19MB"],
  [130816, 100, "16384MB", "98112MB", "2048MB", "381MB"],
];

test.each(examples)(
  "%i MiB and %i connections give shared_buffers %s, effective_cache_size %s, maintenance_work_mem %s, work_mem %s",
  (memoryMib, maxConnections, shared, cache, maintenance, work) => {
    expect(memorySettings({ memoryMib, maxConnections })).toEqual({
      shared_buffers: shared,
      effective_cache_size: cache,
      maintenance_work_mem: maintenance,
      work_mem: work,
    });
  },
);

test("all sorts of every connection at once fit beside the shared buffers, unless the least is more", () => {
  const memory = fc.integer({ min: 1, max: 4096 }).map((steps) => steps * 256);
  fc.assert(
    fc.property(memory, fc.integer({ min: 10, max: 1000 }), (mib, number) => {
      const found = memorySettings({ memoryMib: mib, maxConnections: number });
      const shared = Number.parseInt(found.shared_buffers, 10);
      const work = Number.parseInt(found.work_mem, 10);
      expect(work === 4 || shared + 3 * number * work <= mib).toBe(true);
      expect(shared).toBeLessThanOrEqual(Math.max(128, mib / 4));
    }),
  );
});
