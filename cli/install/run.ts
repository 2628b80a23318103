import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findProjectFile, pluginExecutable } from "../../components/plugin.ts";
import { FlotillaError } from "../flotilla-error.ts";
import { neededPlugins, type NeededPlugin } from "./plugins.ts";
import { withPlugin } from "./project-file.ts";

/** What an installation did, or would do. */
export interface InstallResult {
  /** The project's file, as seen from the folder in which the command runs. */
  readonly file: string;
  /** Folder of the plugin, as seen from the project. */
  readonly path: string;
  /** `none`: it was there. `missing`: it is not, and nothing was written. */
  readonly change: "none" | "written" | "missing";
  /** Other plugins that components need. */
  readonly plugins: readonly NeededPlugin[];
}

/** Writes where the plugin is into the project's file, once; `isCheck` writes nothing. */
export function runInstall(folder: string, isCheck: boolean): InstallResult {
  const file = projectFile(folder);
  const project = path.dirname(file);
  const plugin = pluginFolder(project);
  const before = readFileSync(file, "utf8");
  const after = withPlugin(before, plugin);
  const change = after === before ? "none" : isCheck ? "missing" : "written";
  if (change === "written") writeFileSync(file, after);
  return {
    file: path.relative(folder, file),
    path: plugin,
    change,
    plugins: neededPlugins(),
  };
}

function projectFile(folder: string): string {
  const file = findProjectFile(folder);
  if (!file) {
    throw new FlotillaError(
      `no Pulumi.yaml in ${folder} or above: run this in the folder of a Pulumi project, or make one with \`pulumi new\``,
    );
  }
  if (file.endsWith(".json")) {
    throw new FlotillaError(
      `${file} is JSON: add {"plugins":{"providers":[{"name":"flotilla","path":"node_modules/flotilla/dist/provider"}]}} to it by hand`,
    );
  }
  return file;
}

/** The plugin of the installed package, or of Flotilla's own checkout, as a path that works on every machine. */
function pluginFolder(project: string): string {
  const inside = path.join("dist", "provider");
  const candidates = [
    ...(isFlotilla(project) ? [path.join(project, inside)] : []),
    ...ancestors(project).map((folder) =>
      path.join(folder, "node_modules", "flotilla", inside),
    ),
  ];
  const found = candidates.find((one) =>
    existsSync(path.join(one, pluginExecutable)),
  );
  if (found) return path.relative(project, found).split(path.sep).join("/");
  throw new FlotillaError(
    `the package flotilla is not installed in ${project}: run \`npm install flotilla\` (or the path of its tarball) there first`,
  );
}

function isFlotilla(folder: string): boolean {
  const file = path.join(folder, "package.json");
  if (!existsSync(file)) return false;
  const { name } = JSON.parse(readFileSync(file, "utf8")) as { name?: string };
  return name === "flotilla";
}

function ancestors(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
