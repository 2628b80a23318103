import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { renderInstall } from "../../../cli/commands/install.ts";
import {
  temporaryFolder,
  writeScript,
} from "../../toolchain/temporary-folder.ts";

const launcher = path.join(import.meta.dirname, "../../../cli/launch.js");

/** A project, with the package installed where its second argument says. */
async function project(text = "name: shop\nruntime: nodejs\n", place = ".") {
  const folder = path.join(await temporaryFolder(), "shop");
  await mkdir(folder);
  await writeFile(path.join(folder, "Pulumi.yaml"), text);
  const plugin = path.join(
    folder,
    place,
    "node_modules/flotilla/dist/provider",
  );
  await mkdir(plugin, { recursive: true });
  await writeScript(path.join(plugin, "pulumi-resource-flotilla"), "");
  return folder;
}

async function install(folder: string, ...words: readonly string[]) {
  return execa(process.execPath, [launcher, "install", ...words], {
    cwd: folder,
    env: { PULUMI_HOME: path.join(folder, "home") },
    reject: false,
  });
}

function pulumiYaml(folder: string): Promise<string> {
  return readFile(path.join(folder, "Pulumi.yaml"), "utf8");
}

describe("flotilla install", () => {
  test("names the plugin by a path that works on every machine, and once", async () => {
    const folder = await project();
    const first = await install(folder);
    const second = await install(folder);
    expect(first.stdout).toContain("Pulumi.yaml now names Flotilla's plugin");
    expect(second.stdout).toContain("Pulumi.yaml names Flotilla's plugin");
    expect(await pulumiYaml(folder)).toContain(
      "path: node_modules/flotilla/dist/provider\n",
    );
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  });

  test("finds a package that was hoisted, and a project above the folder", async () => {
    const folder = await project(undefined, "..");
    const below = path.join(folder, "src");
    await mkdir(below);
    const { stdout } = await install(below);
    expect(stdout).toContain("../Pulumi.yaml now names");
    expect(await pulumiYaml(folder)).toContain(
      "path: ../node_modules/flotilla/dist/provider\n",
    );
  });

  test("says which other plugin is needed, and how to get it without a way out", async () => {
    const { stdout } = await install(await project());
    expect(stdout).toMatch(
      /A generated password needs Pulumi's plugin random [\d.]+, which the first `pulumi up` downloads\./,
    );
    expect(stdout).toContain("pulumi plugin install resource random v");
  });

  test("with --check changes nothing and exits with 1 until it is there", async () => {
    const folder = await project();
    const before = await install(folder, "--check", "--json");
    expect(JSON.parse(before.stdout)).toMatchObject({ change: "missing" });
    expect(await pulumiYaml(folder)).toBe("name: shop\nruntime: nodejs\n");
    await install(folder);
    const after = await install(folder, "--check", "--json");
    expect(JSON.parse(after.stdout)).toMatchObject({ change: "none" });
    expect([before.exitCode, after.exitCode]).toEqual([1, 0]);
  });
});

describe("flotilla install fails with what to do", () => {
  test("where there is no project", async () => {
    const folder = await temporaryFolder();
    const { stderr, exitCode } = await install(folder);
    expect(stderr).toContain(`no Pulumi.yaml in ${folder} or above`);
    expect(exitCode).toBe(2);
  });

  test("where the package is not installed", async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: shop\n");
    const { stderr, exitCode } = await install(folder);
    expect(stderr).toContain("is not installed");
    expect(stderr).toContain("npm install flotilla");
    expect(exitCode).toBe(2);
  });

  test("on a Node that is too old", async () => {
    const old = path.join(await temporaryFolder(), "old.mjs");
    await writeFile(
      old,
      'Object.defineProperty(process.versions, "node", { value: "20.18.3" });',
    );
    const result = await execa(
      process.execPath,
      ["--import", old, launcher, "install"],
      { reject: false },
    );
    expect(result.stderr).toContain("flotilla needs Node.js 20.19 or newer");
    expect(result.exitCode).toBe(2);
  });
});

test("a plugin that is there already is not spoken of", () => {
  const text = renderInstall({
    file: "Pulumi.yaml",
    path: "plugin",
    change: "none",
    plugins: [
      {
        ...{ name: "random", version: "1", usedBy: "Redis" },
        ...{ isInstalled: true, isStandIn: false },
      },
    ],
  });
  expect(text).toBe("Pulumi.yaml names Flotilla's plugin: plugin\n");
});
