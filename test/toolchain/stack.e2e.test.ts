import { cp, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { beforeEach, expect, test } from "vitest";
import { ensurePulumi } from "../../toolchain/pulumi.ts";
import { planEnvironment } from "../../toolchain/environment.ts";
import {
  ensureStack,
  pulumiOptions,
  type StackArgs,
} from "../../toolchain/stack.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const checkout = path.join(import.meta.dirname, "..", "..");
const files = ["Pulumi.yaml", "Pulumi.dev.yaml"];

/** The committed project files in a folder and with a state of their own, under the real CLI. */
async function makeProject(): Promise<StackArgs> {
  const directory = await temporaryFolder();
  for (const file of files)
    await cp(path.join(checkout, file), path.join(directory, file));
  const pulumi = await ensurePulumi();
  const cache = path.join(directory, "cache");
  const environment = planEnvironment({
    pulumi,
    cache,
    node: process.execPath,
  });
  await mkdir(environment.stateDirectory, { recursive: true });
  return { environment, directory, stack: "dev" };
}

async function pulumi(args: StackArgs, ...words: string[]): Promise<string> {
  const { stdout } = await execa(
    "pulumi",
    [...words, "--non-interactive"],
    pulumiOptions(args),
  );
  return stdout;
}

const project: { args?: StackArgs } = {};
beforeEach(async () => {
  project.args = await makeProject();
});

function args(): StackArgs {
  if (!project.args) throw new Error("made before each test");
  return project.args;
}

test("the stack is made and selected, and no committed file is rewritten", async () => {
  await ensureStack(args());
  expect(await pulumi(args(), "stack", "--show-name")).toBe("dev");
  for (const file of files) {
    const [now, committed] = await Promise.all(
      [args().directory, checkout].map((folder) =>
        readFile(path.join(folder, file), "utf8"),
      ),
    );
    expect(now).toBe(committed);
  }
});

test("another stack that was selected stays selected", async () => {
  await ensureStack(args());
  await pulumi(args(), "stack", "init", "mine");
  await ensureStack(args());
  expect(await pulumi(args(), "stack", "--show-name")).toBe("mine");
});

test("secrets of the stack open under the committed salt and the public passphrase", async () => {
  await ensureStack(args());
  await pulumi(
    args(),
    "config",
    "set",
    "--secret",
    "--stack",
    "dev",
    "sample",
    "canary",
  );
  expect(
    await pulumi(args(), "config", "get", "--stack", "dev", "sample"),
  ).toBe("canary");
});

test("fails with the CLI's words when the project cannot be read", async () => {
  const broken = { ...args(), directory: await temporaryFolder() };
  await expect(ensureStack(broken)).rejects.toThrow(
    /pulumi stack .*no Pulumi\.yaml/s,
  );
});
