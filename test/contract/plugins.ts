import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type PluginName, pluginVersions } from "../../toolchain/plugins.ts";
import { findExecutable } from "../../toolchain/search-path.ts";

/** A plugin that the contract is checked against. */
export interface Candidate {
  readonly description: string;
  readonly command: readonly [string, ...string[]];
}

/** The stand-in from its sources, and the plugin that the engine would start, or the one named in FLOTILLA_<NAME>_PLUGIN. */
export function candidatesOf(name: PluginName): Candidate[] {
  const main = mainOf(name);
  const sources: Candidate = {
    description: "the stand-in from its sources",
    command: [process.execPath, main],
  };
  const installed =
    process.env[`FLOTILLA_${name.toUpperCase()}_PLUGIN`] ?? findInstalled(name);
  if (!installed) return [sources];
  const isStandIn = existsSync(join(dirname(installed), "STAND-IN"));
  const kind = isStandIn ? "the stand-in" : "the official plugin";
  const description = `${kind}, ${installed}`;
  return [{ description, command: [installed] }, sources];
}

/** The sources of a stand-in. */
export function mainOf(name: PluginName): string {
  return join(import.meta.dirname, "../../lab/plugins", name, "main.ts");
}

function findInstalled(name: PluginName): string | undefined {
  const executable = `pulumi-resource-${name}`;
  const home = process.env["PULUMI_HOME"];
  const folder = `resource-${name}-v${pluginVersions[name]}`;
  const path = join(home ?? "", "plugins", folder, executable);
  return (
    findExecutable(executable) ?? (home && existsSync(path) ? path : undefined)
  );
}
