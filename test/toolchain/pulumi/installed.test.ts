import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import {
  findInstalled,
  recordInstallation,
} from "../../../toolchain/pulumi/installed.ts";
import { temporaryFolder, writeScript } from "../temporary-folder.ts";

async function install(root: string, version: string): Promise<string> {
  const directory = path.join(root, version);
  await writeScript(path.join(directory, "pulumi"), `echo v${version}`);
  await writeScript(path.join(directory, "pulumi-language-nodejs"), "");
  await recordInstallation(directory, { version, source: "go" });
  return directory;
}

test("the newest installation is found", async () => {
  const root = await temporaryFolder();
  await install(root, "3.250.0");
  const newest = await install(root, "3.265.0");
  expect(await findInstalled(root)).toEqual({
    cli: { directory: newest, version: "3.265.0", source: "cache" },
  });
});

test("an installation that lost its language host is passed over", async () => {
  const root = await temporaryFolder();
  const older = await install(root, "3.250.0");
  const newest = await install(root, "3.265.0");
  await rm(path.join(newest, "pulumi-language-nodejs"));
  expect(await findInstalled(root)).toHaveProperty("cli.directory", older);
});

test("an installation for another kind of machine is passed over", async () => {
  const root = await temporaryFolder();
  const directory = await install(root, "3.250.0");
  const file = path.join(directory, "installed.json");
  const record = JSON.parse(await readFile(file, "utf8")) as object;
  await writeFile(file, JSON.stringify({ ...record, platform: "plan9-mips" }));
  expect(await findInstalled(root)).toEqual({ why: `no CLI in ${root}` });
});

test("folders that are no installations are passed over", async () => {
  const root = await temporaryFolder();
  await mkdir(path.join(root, "3.260.0"));
  await mkdir(path.join(root, "3.260.0.making-x"));
  expect(await findInstalled(root)).toEqual({ why: `no CLI in ${root}` });
});

test("fails to record a CLI that says another version", async () => {
  const root = await temporaryFolder();
  await writeScript(path.join(root, "pulumi"), "echo v3.1.0");
  await expect(
    recordInstallation(root, { version: "3.250.0", source: "go" }),
  ).rejects.toThrow(`the CLI made in ${root} says v3.1.0, not 3.250.0`);
});
