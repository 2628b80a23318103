import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { installOnce, type InstallArgs } from "../../toolchain/install.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface Attempt extends Pick<InstallArgs, "directory"> {
  readonly content?: string;
  readonly make?: InstallArgs["make"];
}

async function install({
  directory,
  content = "new",
  make,
}: Attempt): Promise<void> {
  const file = path.join(directory, "content");
  await installOnce({
    directory,
    name: "it",
    report: () => undefined,
    isComplete: async () =>
      (await readFile(file, "utf8").catch(() => "")) === content,
    make:
      make ?? ((staging) => writeFile(path.join(staging, "content"), content)),
  });
}

test("what was made replaces what was there, with nothing left beside it", async () => {
  const parent = await temporaryFolder();
  const directory = path.join(parent, "it");
  await mkdir(directory);
  await writeFile(path.join(directory, "stale"), "");
  await install({ directory });
  expect(await readdir(directory)).toEqual(["content"]);
  expect(await readdir(parent)).toEqual(["it"]);
});

test("two that want it at the same time make it once", async () => {
  const directory = path.join(await temporaryFolder(), "it");
  let made = 0;
  const make = async (staging: string) => {
    made += 1;
    await delay(50);
    await writeFile(path.join(staging, "content"), "new");
  };
  await Promise.all([
    install({ directory, make }),
    install({ directory, make }),
  ]);
  expect(made).toBe(1);
});

test("fails with the cause, and keeps what was there", async () => {
  const parent = await temporaryFolder();
  const directory = path.join(parent, "it");
  await install({ directory, content: "old" });
  const make = async (staging: string) => {
    await writeFile(path.join(staging, "content"), "half");
    throw new Error("out of disk");
  };
  await expect(install({ directory, make })).rejects.toThrow("out of disk");
  expect(await readFile(path.join(directory, "content"), "utf8")).toBe("old");
  expect(await readdir(parent)).toEqual(["it"]);
});

test("what a crashed process left is cleared away", async () => {
  const parent = await temporaryFolder();
  await mkdir(path.join(parent, "it.making-abc"));
  await mkdir(path.join(parent, "item"));
  await install({ directory: path.join(parent, "it") });
  expect((await readdir(parent)).toSorted()).toEqual(["it", "item"]);
});
