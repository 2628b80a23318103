import { cp, mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { cacheDirectory } from "../cache.ts";
import { installOnce } from "../install.ts";
import { type Report, reportToStderr } from "../report.ts";
import { findExecutable, isExecutable } from "../search-path.ts";
import { ToolchainError } from "../toolchain-error.ts";
import { buildOne, goTemplates } from "./build.ts";
import type { PulumiCli } from "./cli.ts";

const executable = "pulumi-language-yaml";
const version = "1.38.1";

/**
 * Makes sure that programs in YAML can run: with the language host that came with the CLI or is on PATH, else with
 * one built from its Go module. Only those who run such a program pay for it. Returns folders that must be on PATH.
 */
export async function ensureYamlHost(
  pulumi: PulumiCli,
  report: Report = reportToStderr,
  cache = cacheDirectory(),
): Promise<readonly string[]> {
  const beside = path.join(pulumi.directory, executable);
  if (isExecutable(beside) || findExecutable(executable)) return [];
  const directory = path.join(cache, "toolchain", `${executable}-${version}`);
  await installOnce({
    directory,
    name: "Pulumi's language host for YAML",
    report,
    isComplete: () =>
      Promise.resolve(isExecutable(path.join(directory, executable))),
    make: (staging) => build(staging, report),
  });
  if (pulumi.source === "path") return [directory];
  // Pulumi warns of a language host that it finds on PATH, and not of one that lies beside it.
  await rm(beside, { force: true });
  await symlink(path.join(directory, executable), beside);
  return [];
}

async function build(staging: string, report: Report): Promise<void> {
  const go = findExecutable("go");
  if (!go) {
    throw new ToolchainError(
      `Pulumi's CLI came without ${executable}, and there is no go on PATH to build it with: install Pulumi from https://www.pulumi.com/docs/install/ or Go 1.25 or newer`,
    );
  }
  report(
    `building Pulumi's language host for YAML ${version}: once per machine`,
  );
  const modules = path.join(staging, "modules");
  await mkdir(modules);
  await cp(goTemplates, modules, { recursive: true });
  await buildOne({ go, staging, report }, "yaml-host", {
    package: `github.com/pulumi/pulumi-yaml/cmd/${executable}`,
    output: executable,
    flags: "-s -w",
  });
  await rm(modules, { recursive: true });
  await execa(path.join(staging, executable), ["--help"], { timeout: 60_000 });
}
