import { installSystemPackages } from "../../lab/system-packages.ts";
import { environment } from "../../toolchain/env.ts";
import {
  pluginInUse,
  pluginNames,
  type PluginKind,
} from "../../toolchain/plugins.ts";
import { installTestPackages } from "../system-packages.ts";
import { say } from "./reporter.ts";
import { root, type Environment } from "./stage.ts";

/** What static checks and unit tests need. */
export async function setUpForCheck(): Promise<Environment> {
  await installTestPackages();
  return {};
}

/** What all tests need: programs of the machine, the toolchain, the build and the plugins. */
export async function setUp(): Promise<Environment> {
  await installTestPackages();
  await installSystemPackages();
  const found = await environment({ lab: "test", checkout: root });
  say(renderPlugins(pluginNames.map((name) => [name, pluginInUse(name)])));
  return found;
}

/** Which of Pulumi's plugins the tests run with: whoever reads a green run has to know. */
export function renderPlugins(
  plugins: readonly (readonly [string, PluginKind | undefined])[],
): string {
  const own = plugins.filter(([, kind]) => kind === "stand-in");
  if (own.length === 0) return "official plugins in use";
  const names = own.map(([name]) => name).join(", ");
  const others = own.length < plugins.length ? "; the others are official" : "";
  return `stand-ins in use for Pulumi's own plugins: ${names}${others}`;
}
