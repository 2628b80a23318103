import { mkdir, readlink, symlink } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import type { PulumiCli } from "../../../toolchain/pulumi/cli.ts";
import { ensureYamlHost } from "../../../toolchain/pulumi/yaml-host.ts";
import { temporaryFolder, writeScript } from "../temporary-folder.ts";

const name = "pulumi-language-yaml";

let root: string;
let pulumi: PulumiCli;

/** Where a host that was built lies, in the cache `root`. */
const built = () => path.join(root, "toolchain", `${name}-1.38.1`);

beforeEach(async () => {
  root = await temporaryFolder();
  const directory = path.join(root, "cli");
  await mkdir(directory);
  await mkdir(path.join(root, "empty"));
  vi.stubEnv("PATH", path.join(root, "empty"));
  pulumi = { directory, version: "3.250.0", source: "go" };
});

async function host(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeScript(path.join(folder, name), "");
}

function ensure(cli = pulumi) {
  return ensureYamlHost(cli, () => undefined, root);
}

test("the one that came with the CLI will do", async () => {
  await host(pulumi.directory);
  expect(await ensure()).toEqual([]);
});

test("the one on PATH will do", async () => {
  await host(path.join(root, "empty"));
  expect(await ensure()).toEqual([]);
});

test("one that was built lies beside the CLI afterwards, also where an old link leads nowhere", async () => {
  await host(built());
  const beside = path.join(pulumi.directory, name);
  await symlink(path.join(root, "gone"), beside);
  expect(await ensure()).toEqual([]);
  expect(await readlink(beside)).toBe(path.join(built(), name));
});

test("nothing is put beside a CLI of the user's own", async () => {
  await host(built());
  const own = { ...pulumi, source: "path" as const };
  expect(await ensure(own)).toEqual([built()]);
  await expect(readlink(path.join(own.directory, name))).rejects.toThrow();
});

test("fails with what to install where it can be neither found nor built", async () => {
  await mkdir(path.join(root, "toolchain"));
  await expect(ensure()).rejects.toThrow(
    "there is no go on PATH to build it with: install Pulumi",
  );
});
