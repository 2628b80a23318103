import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import YAML from "yaml";
import { readFleet } from "../../components/config/fleet-file.ts";
import { renderProblems } from "../../components/config/problem.ts";
import { FlotillaError } from "../flotilla-error.ts";
import type { StackOptions } from "./arguments.ts";

/** The configuration of a stack, as its files have it. */
export interface ProjectConfig {
  /** Folder of Pulumi.yaml: relative paths start there. */
  readonly directory: string;
  readonly configFile: string;
  /** `flotilla:fleet`, before any check. */
  readonly input: unknown;
  /** Every key of the stack, as the files have it: text, or `{ secure: … }`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Finds the project around a folder, and reads what its stack says of the fleet. */
export async function readProject(
  options: StackOptions,
): Promise<ProjectConfig> {
  const projectFile = findUpwards(path.resolve(options.cwd));
  const directory = path.dirname(projectFile);
  const project = readYaml(projectFile);
  const configFile = options.configFile
    ? path.resolve(options.configFile)
    : await stackFile(directory, project, options.stack);
  const stack = readYaml(configFile);
  const values = { ...valuesIn(project), ...valuesIn(stack) };
  const given = values["flotilla:fleet"];
  if (given === undefined)
    throw new FlotillaError(
      `${configFile} has no flotilla:fleet: write the fleet there, or name hosts as USER@ADDRESS`,
    );
  const { found: input, problems } = readFleet(given, directory);
  if (problems.length > 0)
    throw new FlotillaError(renderProblems(configFile, problems));
  return { directory, configFile, input, values };
}

/** A secret of the stack, which only Pulumi can open. */
export async function readSecret(
  { directory, configFile }: ProjectConfig,
  name: string,
  stack: string | undefined,
): Promise<string> {
  const words = ["config", "get", `flotilla:${name}`];
  const where = ["--config-file", configFile];
  const which = stack === undefined ? [] : ["--stack", stack];
  try {
    return await pulumi(directory, [...words, ...where, ...which]);
  } catch (cause) {
    throw new FlotillaError(
      `the secret flotilla:${name} cannot be read by 'pulumi config get': ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** What a command of Pulumi's prints, without its last newline. */
export async function pulumi(
  cwd: string,
  words: readonly string[],
): Promise<string> {
  // Not execa: this part of the command also runs on the oldest Node that importers may have.
  const { stdout } = await promisify(execFile)(
    "pulumi",
    [...words, "--non-interactive"],
    { cwd, timeout: 60_000, maxBuffer: longestOutput },
  );
  return stdout.replace(/\n$/, "");
}

/** A state of a thousand hosts, in bytes, and then some. */
const longestOutput = 256 * 1024 ** 2;

function findUpwards(folder: string): string {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
    const file = path.join(folder, name);
    if (existsSync(file)) return file;
  }
  const parent = path.dirname(folder);
  if (parent !== folder) return findUpwards(parent);
  throw new FlotillaError(
    "there is no Pulumi.yaml here or above: name the project with --cwd, or hosts as USER@ADDRESS",
  );
}

async function stackFile(
  directory: string,
  project: unknown,
  stack: string | undefined,
): Promise<string> {
  const name =
    stack ?? process.env["PULUMI_STACK"] ?? (await selectedStack(directory));
  const folder = path.join(
    directory,
    stringIn(project, "stackConfigDir") ?? "",
  );
  const files = stackFiles(folder);
  const [only, ...others] = files;
  if (name === undefined && only !== undefined && others.length === 0)
    return path.join(folder, only);
  const known = `known here: ${files.join(", ") || "none"}`;
  if (name === undefined)
    throw new FlotillaError(
      `no stack is selected: name one with --stack (${known})`,
    );
  const file = path.join(
    folder,
    `Pulumi.${name.split("/").at(-1) ?? name}.yaml`,
  );
  if (existsSync(file)) return file;
  throw new FlotillaError(
    `stack ${name} has no ${path.basename(file)} (${known})`,
  );
}

function stackFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^Pulumi\..+\.yaml$/.test(name))
    .sort();
}

/** The stack that `pulumi stack select` chose; `undefined` when Pulumi is not there or cannot say. */
async function selectedStack(directory: string): Promise<string | undefined> {
  return pulumi(directory, ["stack", "--show-name"]).catch(() => undefined);
}

function readYaml(file: string): unknown {
  try {
    return YAML.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new FlotillaError(
      `${file} cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** A key has a value of the stack's, or a default of the project's. */
function valuesIn(document: unknown): Record<string, unknown> {
  const entries = Object.entries(
    recordIn(recordIn(document)?.["config"]) ?? {},
  );
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, valueIn(entry)]),
  );
}

function valueIn(entry: unknown): unknown {
  const value = recordIn(entry);
  return value && Object.keys(value).length === 1 && "value" in value
    ? value["value"]
    : entry;
}

function stringIn(document: unknown, key: string): string | undefined {
  const value = recordIn(document)?.[key];
  return typeof value === "string" ? value : undefined;
}

function recordIn(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)
    : undefined;
}
