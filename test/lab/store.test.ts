import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
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
