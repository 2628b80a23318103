import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa, ExecaError } from "execa";
import { sourceHash } from "../stacks/source-hash.ts";
import { bundlePlugin, bundleProgram } from "./bundle.ts";
import { installOnce } from "./install.ts";
import { type Report, reportToStderr } from "./report.ts";
import { runEntryPoint, ToolchainError } from "./toolchain-error.ts";

/** The folder of this checkout. */
export const checkout = path.join(import.meta.dirname, "..");

/** Makes `dist/` from the sources, unless it is made from exactly these already. */
export async function ensureBuild(
  report: Report = reportToStderr,
  root = checkout,
): Promise<void> {
  const hash = sourceHash(root);
  const directory = path.join(root, "dist");
  await installOnce({
    directory,
    name: "dist",
    report,
    isComplete: async () => (await builtHash(directory)) === hash,
    make: async (staging) => {
      report("building dist");
      await Promise.all([
        compile(root, staging),
        bundleProvider(root, staging),
        bundleProgram({
          entryPoint: path.join(root, "cli", "flotilla.ts"),
          directory: path.join(staging, "cli"),
          // A package that imports Flotilla has it, and it must not be there twice.
          external: ["@pulumi/pulumi"],
        }),
      ]);
      await writeFile(path.join(staging, "source-hash"), `${hash}\n`);
    },
  });
}

async function builtHash(directory: string): Promise<string> {
  const text = await readFile(
    path.join(directory, "source-hash"),
    "utf8",
  ).catch(() => "");
  return text.trim();
}

async function compile(root: string, outDir: string): Promise<void> {
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "-p", "tsconfig.build.json", "--outDir", outDir];
  try {
    await execa(process.execPath, args, { cwd: root });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new ToolchainError(
      `the sources do not compile:\n${String(error.stdout)}`,
    );
  }
}

async function bundleProvider(root: string, outDir: string): Promise<void> {
  const directory = path.join(outDir, "provider");
  await mkdir(directory);
  await bundlePlugin({
    name: "flotilla",
    entryPoint: path.join(root, "provider", "server", "main.ts"),
    directory,
  });
}

if (import.meta.main) {
  await runEntryPoint(() => ensureBuild());
}
