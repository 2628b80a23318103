import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import semver from "semver";
import { ToolchainError } from "../toolchain-error.ts";
import { isExecutable } from "../search-path.ts";
import { type Finding, isNewEnough, parseVersion } from "./cli.ts";

const record = "installed.json";
const executables = ["pulumi", "pulumi-language-nodejs"];

interface InstallRecord {
  readonly version: string;
  readonly source: "download" | "go";
  readonly platform: string;
}

const platform = `${process.platform}-${process.arch}`;

/** The newest CLI that was installed into the cache before. */
export async function findInstalled(root: string): Promise<Finding> {
  const entries = await readdir(root).catch(() => []);
  const versions = entries.filter(
    (entry) => semver.valid(entry) && isNewEnough(entry),
  );
  for (const version of semver.rsort(versions)) {
    const directory = path.join(root, version);
    if (await isInstalled(directory)) {
      return { cli: { directory, version, source: "cache" } };
    }
  }
  return { why: `no CLI in ${root}` };
}

/** Whether a directory holds a finished installation for this machine. */
export async function isInstalled(directory: string): Promise<boolean> {
  const text = await readFile(path.join(directory, record), "utf8").catch(
    () => "{}",
  );
  const found = JSON.parse(text) as Partial<InstallRecord>;
  return (
    found.platform === platform &&
    executables.every((name) => isExecutable(path.join(directory, name)))
  );
}

/** Makes sure that a new installation says the version that it should be, and records it. */
export async function recordInstallation(
  directory: string,
  installation: Omit<InstallRecord, "platform">,
): Promise<void> {
  const { stdout } = await execa(path.join(directory, "pulumi"), ["version"], {
    timeout: 60_000,
  });
  if (parseVersion(stdout) !== installation.version) {
    throw new ToolchainError(
      `the CLI made in ${directory} says ${stdout}, not ${installation.version}`,
    );
  }
  await writeFile(
    path.join(directory, record),
    JSON.stringify({ ...installation, platform }),
  );
}
