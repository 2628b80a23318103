import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pluginVersions } from "../../toolchain/plugins.ts";
import { findExecutable } from "../../toolchain/search-path.ts";

/** A plugin that the contract is checked against. */
export interface Candidate {
  readonly description: string;
  readonly command: readonly [string, ...string[]];
}

const executable = "pulumi-resource-random";

/** The stand-in from its sources, and the plugin that the engine would start, or the one named in FLOTILLA_RANDOM_PLUGIN. */
export function randomPlugins(): Candidate[] {
  const main = join(import.meta.dirname, "../../lab/plugins/random/main.ts");
  const sources: Candidate = {
    description: "the stand-in from its sources",
    command: [process.execPath, main],
  };
  const installed = process.env["FLOTILLA_RANDOM_PLUGIN"] ?? findInstalled();
  if (!installed) return [sources];
  const isStandIn = existsSync(join(dirname(installed), "STAND-IN"));
  const kind = isStandIn ? "the stand-in" : "the official plugin";
  const description = `${kind}, ${installed}`;
  return [{ description, command: [installed] }, sources];
}

function findInstalled(): string | undefined {
  const home = process.env["PULUMI_HOME"];
  const folder = `resource-random-v${pluginVersions.random}`;
  const path = join(home ?? "", "plugins", folder, executable);
  return (
    findExecutable(executable) ?? (home && existsSync(path) ? path : undefined)
  );
}
