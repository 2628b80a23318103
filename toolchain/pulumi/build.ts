import { chmod, cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { execa, ExecaError } from "execa";
import { installOnce } from "../install.ts";
import type { Report } from "../report.ts";
import { findExecutable } from "../search-path.ts";
import type { Finding } from "./cli.ts";
import { isInstalled, recordInstallation } from "./installed.ts";

/** The newest CLI that can be built from published Go modules. */
export const buildVersion = "3.250.0";

/** Modules that pin what is built, one folder each. */
export const goTemplates = path.join(import.meta.dirname, "..", "go");
/** Starts the language host as its engine would have. */
export const languageHostLauncher = path.join(
  import.meta.dirname,
  "language-host.sh",
);
const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const languageHostModule = "github.com/pulumi/pulumi/sdk/v3";
const versionVariable = `${languageHostModule}/go/common/version.Version`;

/** Builds CLI and language host from their Go modules, pinned by the go.mod files in `toolchain/go/`. */
export async function buildCli(root: string, report: Report): Promise<Finding> {
  const go = findExecutable("go");
  if (!go) return { why: "no go on PATH to build it with" };
  const directory = path.join(root, buildVersion);
  try {
    await installOnce({
      directory,
      name: "Pulumi's CLI",
      report,
      isComplete: () => isInstalled(directory),
      make: (staging) => buildAll({ go, staging, report }),
    });
  } catch (error) {
    return { why: `building it with ${go} failed: ${lastLines(error)}` };
  }
  return { cli: { directory, version: buildVersion, source: "go" } };
}

interface BuildArgs {
  readonly go: string;
  readonly staging: string;
  readonly report: Report;
}

async function buildAll(args: BuildArgs): Promise<void> {
  args.report(
    `building Pulumi's CLI ${buildVersion} from its Go module: once per machine, minutes`,
  );
  const modules = path.join(args.staging, "modules");
  await mkdir(modules);
  await cp(goTemplates, modules, { recursive: true });
  await buildOne(args, "cli", {
    package: cliPackage,
    output: "pulumi",
    flags: `-s -w -X ${versionVariable}=${buildVersion}`,
  });
  await buildOne(args, "language-host", {
    package: `${languageHostModule}/nodejs/cmd/pulumi-language-nodejs`,
    output: "language-host",
    flags: "-s -w",
  });
  await cp(
    languageHostLauncher,
    path.join(args.staging, "pulumi-language-nodejs"),
  );
  await copyLanguageHostScripts(args, path.join(modules, "language-host"));
  await rm(modules, { recursive: true });
  await recordInstallation(args.staging, {
    version: buildVersion,
    source: "go",
  });
}

interface Binary {
  readonly package: string;
  readonly output: string;
  readonly flags: string;
}

/** Builds one program in the folder of the module that pins it. */
export async function buildOne(
  args: BuildArgs,
  module: string,
  binary: Binary,
): Promise<void> {
  const output = path.join(args.staging, binary.output);
  const build = execa(
    args.go,
    [
      "build",
      "-v",
      "-buildvcs=false",
      "-ldflags",
      binary.flags,
      "-o",
      output,
      binary.package,
    ],
    {
      cwd: path.join(args.staging, "modules", module),
      stdin: "ignore",
      buffer: { stderr: true },
    },
  );
  const stop = reportEvery(
    10,
    args.report,
    countLines(build.stderr),
    binary.output,
  );
  try {
    await build;
  } finally {
    stop();
  }
}

interface Count {
  downloaded: number;
  compiled: number;
}

function countLines(stream: NodeJS.ReadableStream): Count {
  const count = { downloaded: 0, compiled: 0 };
  stream.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n").filter(Boolean)) {
      count[line.startsWith("go: downloading") ? "downloaded" : "compiled"] +=
        1;
    }
  });
  return count;
}

function reportEvery(
  seconds: number,
  report: Report,
  count: Count,
  name: string,
): () => void {
  const started = Date.now();
  const timer = setInterval(() => {
    const elapsed = Math.round((Date.now() - started) / 1000);
    report(
      `building ${name}: ${elapsed} s, ${count.downloaded} modules downloaded, ${count.compiled} packages compiled`,
    );
  }, seconds * 1000);
  return () => {
    clearInterval(timer);
  };
}

/** The language host starts these for dynamic providers and policy packs. */
async function copyLanguageHostScripts(
  args: BuildArgs,
  module: string,
): Promise<void> {
  const { stdout } = await execa(
    args.go,
    ["list", "-m", "-f", "{{.Dir}}", languageHostModule],
    {
      cwd: module,
    },
  );
  for (const script of [
    "pulumi-resource-pulumi-nodejs",
    "pulumi-analyzer-policy",
  ]) {
    const copy = path.join(args.staging, script);
    await cp(path.join(stdout.trim(), "nodejs", "dist", script), copy);
    await chmod(copy, 0o755);
  }
}

function lastLines(error: unknown): string {
  if (!(error instanceof ExecaError)) return String(error);
  return (
    String(error.stderr).trim().split("\n").slice(-3).join("; ") ||
    error.shortMessage
  );
}
