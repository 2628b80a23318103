import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import package_json from "../../package.json" with { type: "json" };
import { temporaryFolder } from "../toolchain/temporary-folder.ts";

const launcher = path.join(import.meta.dirname, "../../cli/launch.js");

async function flotilla(...words: readonly string[]) {
  return execa(process.execPath, [launcher, ...words], { reject: false });
}

test("says its version", async () => {
  const { stdout, exitCode } = await flotilla("--version");
  expect([stdout, exitCode]).toEqual([package_json.version, 0]);
});

test("shows its help", async () => {
  const { stdout, exitCode } = await flotilla("--help");
  expect(stdout).toContain("Usage: flotilla");
  expect(exitCode).toBe(0);
});

test("fails with 2 on words that it does not know", async () => {
  const { stdout, stderr, exitCode } = await flotilla("--fly");
  expect(stderr).toContain("unknown option '--fly'");
  expect([stdout, exitCode]).toEqual(["", 2]);
});

test("fails with what to do where neither sources nor a build are", async () => {
  const folder = path.join(await temporaryFolder(), "cli");
  await mkdir(folder);
  await cp(launcher, path.join(folder, "launch.js"));
  const result = await execa(
    process.execPath,
    [path.join(folder, "launch.js")],
    { reject: false },
  );
  expect(result.stderr).toContain("with Node.js 22.18 or newer");
  expect(result.exitCode).toBe(2);
});
