import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { RunError } from "@pulumi/pulumi";
import { parse } from "yaml";

/** Name of the executable that Pulumi's engine starts. */
export const pluginExecutable = "pulumi-resource-flotilla";

type Variables = Readonly<Record<string, string | undefined>>;

let isChecked = false;

/**
 * Stops a program whose project does not say where the plugin is, before the engine looks for it on the network.
 * It looks once, and only in a program that Pulumi's language host runs.
 */
export function ensurePluginIsNamed(): void {
  if (isChecked) return;
  const problem = pluginProblem(process.env, process.cwd());
  if (problem !== undefined) throw new RunError(problem);
  isChecked = true;
}

/** Why the engine would not find the plugin; `undefined` when it will, or when nobody can say. */
export function pluginProblem(
  environment: Variables,
  folder: string,
): string | undefined {
  if (!environment["PULUMI_NODEJS_MONITOR"]) return undefined;
  const root = environment["PULUMI_NODEJS_ROOT_DIRECTORY"] ?? folder;
  const file = findProjectFile(root);
  if (!file || isNamed(file) || isInstalled(environment)) return undefined;
  return `run \`npx flotilla install\` once: ${path.basename(file)} does not say where Flotilla's plugin is`;
}

/** The project's file, in this folder or the nearest one above. */
export function findProjectFile(folder: string): string | undefined {
  const found = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]
    .map((name) => path.join(folder, name))
    .find((file) => existsSync(file));
  const above = path.dirname(folder);
  return found ?? (above === folder ? undefined : findProjectFile(above));
}

/** The part of a project's file that says where plugins are. */
interface Project {
  readonly packages?: Readonly<Record<string, unknown>> | null;
  readonly plugins?: {
    readonly providers?:
      readonly { readonly name?: unknown; readonly path?: unknown }[] | null;
  } | null;
}

function isNamed(file: string): boolean {
  const project = parse(readFileSync(file, "utf8")) as Project | null;
  if (project?.packages?.["flotilla"] !== undefined) return true;
  const entry = project?.plugins?.providers?.find(
    ({ name }) => name === "flotilla",
  );
  if (typeof entry?.path !== "string") return false;
  const place = path.resolve(path.dirname(file), entry.path);
  return existsSync(path.join(place, pluginExecutable));
}

/** Whether the engine finds the plugin by itself: on PATH, or among the installed ones. */
function isInstalled(environment: Variables): boolean {
  const folders = (environment["PATH"] ?? "").split(path.delimiter);
  const home = environment["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  return (
    folders.some((one) => existsSync(path.join(one, pluginExecutable))) ||
    namesIn(path.join(home, "plugins")).some((name) =>
      name.startsWith("resource-flotilla-v"),
    )
  );
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
