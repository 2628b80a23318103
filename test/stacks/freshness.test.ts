import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { RunError } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { ensureFreshBuild } from "../../stacks/freshness.ts";
import { sourceHash } from "../../stacks/source-hash.ts";
import { temporaryFolder } from "../toolchain/temporary-folder.ts";

async function makeCheckout(): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(path.join(root, "stacks"));
  await writeFile(path.join(root, "stacks", "index.ts"), "export {}");
  return root;
}

async function build(root: string): Promise<void> {
  await mkdir(path.join(root, "dist"));
  await writeFile(
    path.join(root, "dist", "source-hash"),
    `${sourceHash(root)}\n`,
  );
}

test("a program that was built from these sources runs", async () => {
  const root = await makeCheckout();
  await build(root);
  expect(() => ensureFreshBuild(root)).not.toThrow();
});

test("fails when a source has changed since, without a stack trace for the user", async () => {
  const root = await makeCheckout();
  await build(root);
  await writeFile(
    path.join(root, "stacks", "index.ts"),
    "export const changed = true",
  );
  expect(() => ensureFreshBuild(root)).toThrow(
    new RunError(
      "the sources have changed since the last build: run npm run build",
    ),
  );
});

test("fails when nothing was built", async () => {
  const root = await makeCheckout();
  expect(() => ensureFreshBuild(root)).toThrow(RunError);
});

test("an installed package, which has no sources, runs", async () => {
  const root = await temporaryFolder();
  expect(() => {
    ensureFreshBuild(root);
  }).not.toThrow();
});
