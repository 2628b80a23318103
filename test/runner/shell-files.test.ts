import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findShellFiles } from "./shell-files.ts";

let folder: string;

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text, { mode });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flotilla-shell-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("finds scripts by extension or by the first line of an executable, and nothing generated", () => {
  write("host/job.sh", "true\n");
  write("test/files.bats", "true\n");
  write(".ci/run", "#!/usr/bin/env bash\n", 0o755);
  write("bin/launcher", "#!/bin/sh\n", 0o755);
  write("bin/not-executable", "#!/bin/sh\n");
  write("bin/tool", "#!/usr/bin/env node\n", 0o755);
  write("bin/fish", "#!/usr/bin/fish\n", 0o755);
  write("node_modules/a/install.sh", "true\n");
  write("dist/provider/pulumi-resource-x", "#!/bin/sh\n", 0o755);
  expect(findShellFiles(folder)).toEqual([
    ".ci/run",
    "bin/launcher",
    "host/job.sh",
    "test/files.bats",
  ]);
});
