import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";
import { ToolchainError } from "./toolchain-error.ts";

export interface PluginBundle {
  /** The plugin is started as `pulumi-resource-<name>`. */
  readonly name: string;
  readonly entryPoint: string;
  /** Existing folder for `provider.mjs` and the executable. */
  readonly directory: string;
}

const launcher = path.join(import.meta.dirname, "plugin-launcher.sh");

// CommonJS dependencies inside of the bundle still ask for these.
const commonJsGlobals = [
  'import { createRequire as createRequireForBundle } from "node:module";',
  "globalThis.require = createRequireForBundle(import.meta.url);",
  "globalThis.__dirname = import.meta.dirname;",
].join("\n");

/** Bundles a provider plugin into one file that needs nothing but Node, with the executable beside it. */
export async function bundlePlugin(plugin: PluginBundle): Promise<void> {
  await bundle({
    entryPoints: [plugin.entryPoint],
    outfile: path.join(plugin.directory, "provider.mjs"),
  });
  const executable = path.join(
    plugin.directory,
    `pulumi-resource-${plugin.name}`,
  );
  await copyFile(launcher, executable);
  await chmod(executable, 0o755);
}

export interface ProgramBundle {
  readonly entryPoint: string;
  /** Folder for the program, under its own name, and for the parts that it loads when it needs them. */
  readonly directory: string;
  /** Packages that stay imports. */
  readonly external: readonly string[];
}

/** Bundles a command that needs nothing but Node and what is external; what it imports late is read late. */
export async function bundleProgram(program: ProgramBundle): Promise<void> {
  const { entryPoint, directory, external } = program;
  await bundle(
    { entryPoints: [entryPoint], outdir: directory, splitting: true },
    external,
  );
}

async function bundle(
  options: BuildOptions,
  external: readonly string[] = [],
): Promise<void> {
  try {
    await build({
      ...options,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      banner: { js: commonJsGlobals },
      // Optional native parts of ssh2: without them it uses Node's own crypto.
      external: ["cpu-features", "*.node", ...external],
      // A third less to send, to store and to parse at each start; names stay, for messages.
      minifyWhitespace: true,
      minifySyntax: true,
      keepNames: true,
      logLevel: "silent",
    });
  } catch (error) {
    throw new ToolchainError((error as Error).message, { cause: error });
  }
}
