import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tryWithLock, withLock, writeAtomically } from "../../lab/files.ts";

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-lab-"));
  lock = path.join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("work under one lock never overlaps", async () => {
  const happened: string[] = [];
  const work = (name: string) =>
    withLock(lock, "exclusive", async () => {
      happened.push(`${name} begins`);
      await readdir(folder);
      happened.push(`${name} ends`);
    });
  await Promise.all([work("a"), work("b"), work("c")]);
  for (let index = 0; index < 6; index += 2) {
    expect(happened[index + 1]).toBe(
      happened[index]?.replace("begins", "ends"),
    );
  }
});

test("who only tries is sent away while the lock is shared, and let in afterwards", async () => {
  let entered = 0;
  const enter = () => {
    entered++;
    return Promise.resolve();
  };
  await withLock(lock, "shared", () =>
    withLock(lock, "shared", () => tryWithLock(lock, enter)),
  );
  expect(entered).toBe(0);
  await tryWithLock(lock, enter);
  expect(entered).toBe(1);
});

test("a failure gives the lock back", async () => {
  const failing = withLock(lock, "exclusive", () =>
    Promise.reject(new Error("no")),
  );
  await expect(failing).rejects.toThrow("no");
  expect(await withLock(lock, "exclusive", () => Promise.resolve("in"))).toBe(
    "in",
  );
});

test("a file that cannot be written stays the old one, and nothing is left beside it", async () => {
  const file = path.join(folder, "state");
  await writeFile(file, "old");
  const broken = writeAtomically(path.join(folder, "absent/state"), "new");
  await expect(broken).rejects.toThrow("ENOENT");
  await writeAtomically(file, "new");
  expect(await readFile(file, "utf8")).toBe("new");
  expect(await readdir(folder)).toEqual(["state"]);
});
