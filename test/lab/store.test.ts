import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parseRange } from "../../lab/addresses.ts";
import { LabStore } from "../../lab/store.ts";

test("an image is in use as long as a snapshot of any lab lies on it", async () => {
  const cacheDir = await mkdtemp(path.join(tmpdir(), "flotilla-store-"));
  const snapshot = path.join(cacheDir, "labs/other/snapshots/image-1001");
  await mkdir(snapshot, { recursive: true });
  await writeFile(path.join(snapshot, "image"), "/images/before");
  const store = await LabStore.open(cacheDir, "test");
  expect(await store.imagesInUse()).toContain("/images/before");
  await rm(snapshot, { recursive: true });
  expect(await store.imagesInUse()).not.toContain("/images/before");
  await rm(cacheDir, { recursive: true });
});

test("an address is kept as long as it is held, and given out again last", async () => {
  const cacheDir = await mkdtemp(path.join(tmpdir(), "flotilla-store-"));
  const range = parseRange("10.86.0.0/16");
  const store = await LabStore.open(cacheDir, "test");
  await mkdir(store.folder, { recursive: true });
  await store.allot(["one"], range);
  const kept = await store.reserve(range);
  expect([store.host("one").address, kept]).toEqual([
    ...["10.86.1.13", "10.86.1.14"],
  ]);
  await store.forget("one");
  await store.allot(["two"], range);
  expect(store.host("two").address).toBe("10.86.1.15");
  await store.hold([]);
  // A new process goes on with what was kept.
  const again = await LabStore.open(cacheDir, "test");
  expect(again.state).toMatchObject({ held: [], freed: [13, 14] });
  await again.hold([kept]);
  expect(again.state).toMatchObject({ held: [14], freed: [13] });
  await rm(cacheDir, { recursive: true });
});
