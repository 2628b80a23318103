import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { pluginInUse, pluginVersions } from "../../toolchain/plugins.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function cacheWith(files: readonly string[]): Promise<string> {
  const cache = await temporaryFolder();
  const name = `resource-random-v${pluginVersions.random}`;
  const directory = path.join(cache, "pulumi-home", "plugins", name);
  if (files.length > 0) await mkdir(directory, { recursive: true });
  for (const file of files) await writeFile(path.join(directory, file), "");
  return cache;
}

test("a plugin with the mark of a stand-in is one", async () => {
  const cache = await cacheWith(["pulumi-resource-random", "STAND-IN"]);
  expect(pluginInUse("random", cache)).toBe("stand-in");
});

test("a plugin without the mark is the official one", async () => {
  const cache = await cacheWith(["pulumi-resource-random"]);
  expect(pluginInUse("random", cache)).toBe("official");
});

test("there is none in an empty cache", async () => {
  expect(pluginInUse("random", await cacheWith([]))).toBeUndefined();
});

test("the version is the one that the SDK asks for", () => {
  expect(pluginVersions.random).toMatch(/^4\.\d+\.\d+$/);
});
