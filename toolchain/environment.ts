import { mkdir } from "node:fs/promises";
import path from "node:path";
import { labPassphrase } from "../components/config/lab.ts";
import { checkout, ensureBuild } from "./build.ts";
import { cacheDirectory } from "./cache.ts";
import { ensurePlugins } from "./plugins.ts";
import { ensurePulumi, type PulumiCli, pulumiHome } from "./pulumi.ts";
import { type Report, reportToStderr } from "./report.ts";
import { searchPath } from "./search-path.ts";

export interface EnvironmentArgs {
  /** Lab whose hosts and state are meant. @default "dev" */
  readonly lab?: string;
  /** Folder of this project. @default - the one that this file lies in */
  readonly checkout?: string;
  readonly cache?: string;
  readonly report?: Report;
}

/** What a Pulumi command of this project is started with. */
export interface Environment {
  /** Set these; PATH is not among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folders that go first on PATH. */
  readonly path: readonly string[];
  readonly pulumi: PulumiCli;
  /** Folder of the state of this lab's stacks. */
  readonly stateDirectory: string;
}

/** Ensures toolchain, build and plugins, and says with which environment Pulumi's CLI runs. */
export async function ensureEnvironment(
  args: EnvironmentArgs = {},
): Promise<Environment> {
  const { cache = cacheDirectory(), report = reportToStderr } = args;
  const root = args.checkout ?? checkout;
  const pulumi = await ensurePulumi(report, cache);
  await Promise.all([
    ensureBuild(report, root),
    ensurePlugins({ pulumi, report, cache }),
  ]);
  const environment = planEnvironment({
    pulumi,
    cache,
    lab: args.lab,
    node: process.execPath,
  });
  await mkdir(environment.stateDirectory, { recursive: true, mode: 0o700 });
  return environment;
}

export interface EnvironmentParts {
  readonly pulumi: PulumiCli;
  readonly cache: string;
  readonly node: string;
  readonly lab?: string | undefined;
}

/** The environment for a toolchain that was found. */
export function planEnvironment({
  pulumi,
  cache,
  node,
  lab = "dev",
}: EnvironmentParts): Environment {
  const stateDirectory = path.join(cache, "labs", lab, "state");
  const isUsersNode = !node.includes(`${path.sep}node_modules${path.sep}`);
  return {
    pulumi,
    stateDirectory,
    path: [
      ...(pulumi.source === "path" ? [] : [pulumi.directory]),
      ...(isUsersNode ? [] : [path.dirname(node)]),
    ],
    variables: {
      FLOTILLA_NODE: node,
      PULUMI_HOME: pulumiHome(cache),
      PULUMI_BACKEND_URL: fileBackend(stateDirectory),
      PULUMI_CONFIG_PASSPHRASE: labPassphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A fifth of what a command without changes computes is compiling what it loads; Node keeps that here.
      NODE_COMPILE_CACHE: path.join(cache, "compiled"),
      // One host that cannot be reached does not stop the work on the others.
      PULUMI_CONTINUE_ON_ERROR: "true",
    },
  };
}

/**
 * The address of states in a folder. Without `metadata=skip` Pulumi keeps attributes beside each file, which it writes in
 * place: an engine that is killed in that moment leaves a stack that nobody can read (`failed to load checkpoint: EOF`).
 */
export function fileBackend(directory: string): string {
  return `file://${directory}?metadata=skip`;
}

/** The variables of an environment for a child process, PATH included. */
export function processEnvironment(
  environment: Environment,
): Record<string, string> {
  const directories = [...environment.path, ...searchPath()];
  return { ...environment.variables, PATH: directories.join(path.delimiter) };
}
