import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { sourceHash } from "../../stacks/source-hash.ts";
import { temporaryFolder } from "../toolchain/temporary-folder.ts";

const files = {
  "cli/flotilla.ts": "export {}",
  "components/hosts/host.ts": "export {}",
  "host/runtime/job.sh": "true",
  "stacks/index.ts": "export {}",
  "package-lock.json": "{}",
};

async function makeSources(): Promise<string> {
  const root = await temporaryFolder();
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
  }
  return root;
}

test("is the same for the same sources in another folder", async () => {
  expect(sourceHash(await makeSources())).toBe(sourceHash(await makeSources()));
});

test.each(Object.keys(files))(
  "changes with the content of %s",
  async (file) => {
    const root = await makeSources();
    const before = sourceHash(root);
    await writeFile(path.join(root, file), "changed");
    expect(sourceHash(root)).not.toBe(before);
  },
);

test("changes when a source is renamed", async () => {
  const root = await makeSources();
  const before = sourceHash(root);
  await rename(
    path.join(root, "stacks/index.ts"),
    path.join(root, "stacks/main.ts"),
  );
  expect(sourceHash(root)).not.toBe(before);
});

test("stays when something else changes", async () => {
  const root = await makeSources();
  const before = sourceHash(root);
  await mkdir(path.join(root, "test"));
  await writeFile(path.join(root, "test/host.test.ts"), "");
  await writeFile(path.join(root, "README.md"), "");
  expect(sourceHash(root)).toBe(before);
});
