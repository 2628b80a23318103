import path from "node:path";
import { expect, test } from "vitest";
import { findOnPath } from "../../../toolchain/pulumi/from-path.ts";
import { temporaryFolder, writeScript } from "../temporary-folder.ts";

async function folderWith(
  programs: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, body] of Object.entries(programs)) {
    await writeScript(path.join(folder, name), body);
  }
  return folder;
}

test("a new enough CLI with its language host beside it is taken", async () => {
  const folder = await folderWith({
    pulumi: "echo v3.260.1",
    "pulumi-language-nodejs": "",
  });
  expect(await findOnPath([folder])).toEqual({
    cli: { directory: folder, version: "3.260.1", source: "path" },
  });
});

test("a language host elsewhere on PATH will do", async () => {
  const folder = await folderWith({ pulumi: "echo v3.260.1" });
  const other = await folderWith({ "pulumi-language-nodejs": "" });
  expect(await findOnPath([folder, other])).toHaveProperty(
    "cli.directory",
    folder,
  );
});

test("fails without a CLI", async () => {
  expect(await findOnPath([await folderWith({})])).toEqual({
    why: "no pulumi on PATH",
  });
});

test("fails on one that is too old, with both versions", async () => {
  const folder = await folderWith({
    pulumi: "echo v3.99.0",
    "pulumi-language-nodejs": "",
  });
  expect(await findOnPath([folder])).toEqual({
    why: `${folder}/pulumi is 3.99.0, older than 3.250.0`,
  });
});

test("fails on one that has no language host", async () => {
  const folder = await folderWith({ pulumi: "echo v3.260.1" });
  expect(await findOnPath([folder])).toEqual({
    why: `${folder}/pulumi has no pulumi-language-nodejs beside it or on PATH`,
  });
});

test("fails on one that does not run", async () => {
  const folder = await folderWith({ pulumi: "echo v3.260.1; exit 1" });
  expect(await findOnPath([folder])).toEqual({
    why: `${folder}/pulumi does not tell its version`,
  });
});
