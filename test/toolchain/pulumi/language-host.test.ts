import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { languageHostLauncher } from "../../../toolchain/pulumi/build.ts";
import { temporaryFolder, writeScript } from "../temporary-folder.ts";

test.each([
  ["runtime: nodejs", "127.0.0.1:1"],
  [
    "runtime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --max-semi-space-size=4",
    "-nodeargs=--max-semi-space-size=4 -typescript=false 127.0.0.1:1",
  ],
  ["runtime:\n  name: nodejs\n  options:\n    typescript: true", "127.0.0.1:1"],
  [
    "runtime:\n  options:\n    nodeargs: --a=1 --b\n    typescript: false",
    "-nodeargs=--a=1 --b -typescript=false 127.0.0.1:1",
  ],
  [undefined, "127.0.0.1:1"],
])("the host of %j is started with %s", async (project, words) => {
  const folder = await temporaryFolder();
  const cwd = path.join(folder, "project");
  await mkdir(cwd);
  if (project) await writeFile(path.join(cwd, "Pulumi.yaml"), project);
  const launcher = path.join(folder, "pulumi-language-nodejs");
  await copyFile(languageHostLauncher, launcher);
  await writeScript(path.join(folder, "language-host"), 'echo "$@"');
  expect((await execa(launcher, ["127.0.0.1:1"], { cwd })).stdout).toBe(words);
});
