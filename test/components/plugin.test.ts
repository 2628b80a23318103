import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { pluginProblem } from "../../components/plugin.ts";
import { temporaryFolder, writeScript } from "../toolchain/temporary-folder.ts";

const running = { PULUMI_NODEJS_MONITOR: "127.0.0.1:1" };
const line =
  "run `npx flotilla install` once: Pulumi.yaml does not say where Flotilla's plugin is";

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

/** The environment of a program in this folder, which has no plugin but those of `more`. */
function environment(more: Readonly<Record<string, string>> = {}) {
  return { ...running, PULUMI_HOME: path.join(folder, "home"), ...more };
}

async function project(text: string): Promise<void> {
  await writeFile(path.join(folder, "Pulumi.yaml"), `name: shop\n${text}`);
}

async function plugin(place: string): Promise<void> {
  await mkdir(path.join(folder, place), { recursive: true });
  await writeScript(path.join(folder, place, "pulumi-resource-flotilla"), "");
}

const named = "plugins:\n  providers:\n    - { name: flotilla, path: here }\n";

test("fails with the command to run where the project does not name the plugin", async () => {
  await project("");
  expect(pluginProblem(environment(), folder)).toBe(line);
});

test("fails where it names a place that has no plugin", async () => {
  await project(named);
  expect(pluginProblem(environment(), folder)).toBe(line);
});

test("fails where the project itself is called flotilla and names nothing", async () => {
  await writeFile(path.join(folder, "Pulumi.yaml"), "name: flotilla\n");
  expect(pluginProblem(environment(), folder)).toBe(line);
});

test("is content where the project names it, also from a folder below", async () => {
  await project(named);
  await plugin("here");
  await mkdir(path.join(folder, "src"));
  const below = path.join(folder, "src");
  expect(pluginProblem(environment(), folder)).toBeUndefined();
  expect(pluginProblem(environment(), below)).toBeUndefined();
});

test("is content where Pulumi finds it by itself", async () => {
  await project("");
  await plugin("bin");
  await mkdir(path.join(folder, "other/plugins/resource-flotilla-v0.1.0"), {
    recursive: true,
  });
  const onPath = environment({ PATH: path.join(folder, "bin") });
  const installed = environment({ PULUMI_HOME: path.join(folder, "other") });
  expect(pluginProblem(onPath, folder)).toBeUndefined();
  expect(pluginProblem(installed, folder)).toBeUndefined();
});

test("says nothing in a test with mocks, or of a project that it cannot see", async () => {
  await project("");
  expect(pluginProblem({}, folder)).toBeUndefined();
  expect(pluginProblem(environment(), "/nowhere")).toBeUndefined();
});
