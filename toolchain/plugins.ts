import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import commandPackage from "@pulumi/command/package.json" with { type: "json" };
import digitaloceanPackage from "@pulumi/digitalocean/package.json" with { type: "json" };
import hcloudPackage from "@pulumi/hcloud/package.json" with { type: "json" };
import randomPackage from "@pulumi/random/package.json" with { type: "json" };
import tlsPackage from "@pulumi/tls/package.json" with { type: "json" };
import { execa } from "execa";
import { hashFiles } from "../stacks/source-hash.ts";
import { bundlePlugin } from "./bundle.ts";
import { cacheDirectory } from "./cache.ts";
import { installOnce } from "./install.ts";
import { type PulumiCli, pulumiHome } from "./pulumi.ts";
import { isReachable, pulumiDownloads } from "./reachable.ts";
import { type Report, reportToStderr } from "./report.ts";
import { findExecutable } from "./search-path.ts";
import { standInMarker } from "./stand-in-marker.ts";

/** Plugins that have a stand-in of ours for machines that cannot download Pulumi's own. */
export type PluginName =
  "command" | "digitalocean" | "hcloud" | "random" | "tls";

/** Whose build of a plugin the engine will start. */
export type PluginKind = "official" | "stand-in";

/** The version of each plugin: the one that its SDK asks for. */
export const pluginVersions: Readonly<Record<PluginName, string>> = {
  command: commandPackage.version,
  digitalocean: digitaloceanPackage.version,
  hcloud: hcloudPackage.version,
  random: randomPackage.version,
  tls: tlsPackage.version,
};

export interface PluginArgs {
  readonly pulumi: PulumiCli;
  readonly report?: Report;
  readonly cache?: string;
}

const root = path.join(import.meta.dirname, "..");
const hoursBetweenAttempts = 24;

/** Which build of a plugin is in use, or undefined when there is none yet. */
export function pluginInUse(
  name: PluginName,
  cache = cacheDirectory(),
): PluginKind | undefined {
  const directory = pluginDirectory(name, cache);
  if (findExecutable(`pulumi-resource-${name}`)) return "official";
  if (!existsSync(directory)) return undefined;
  return existsSync(path.join(directory, standInMarker))
    ? "stand-in"
    : "official";
}

/** All plugins that a program of this project may need. */
export const pluginNames: readonly PluginName[] = [
  "command",
  "digitalocean",
  "hcloud",
  "random",
  "tls",
];

/** Installs all plugins; the answer says whose build each is. */
export async function ensurePlugins(
  args: PluginArgs,
): Promise<Readonly<Record<PluginName, PluginKind>>> {
  const [command, digitalocean, hcloud, random, tls] = await Promise.all([
    ensurePlugin("command", args),
    ensurePlugin("digitalocean", args),
    ensurePlugin("hcloud", args),
    ensurePlugin("random", args),
    ensurePlugin("tls", args),
  ]);
  return { command, digitalocean, hcloud, random, tls };
}

/** Installs a plugin under `PULUMI_HOME`: Pulumi's own build where it can be had, else the stand-in. */
export async function ensurePlugin(
  name: PluginName,
  { pulumi, report = reportToStderr, cache = cacheDirectory() }: PluginArgs,
): Promise<PluginKind> {
  if (pluginInUse(name, cache) === "official") return "official";
  if (await isAttemptDue(name, cache)) {
    if (await installOfficial(name, { pulumi, report, cache })) {
      return "official";
    }
    await rememberAttempt(name, cache);
    report(
      `plugin ${name}: Pulumi's own cannot be had here, the stand-in is used`,
    );
  }
  await installStandIn(name, { report, cache });
  return "stand-in";
}

function pluginDirectory(
  name: PluginName,
  cache: string,
  home = pulumiHome(cache),
): string {
  return path.join(
    home,
    "plugins",
    `resource-${name}-v${pluginVersions[name]}`,
  );
}

async function installOfficial(
  name: PluginName,
  { pulumi, report, cache }: Required<PluginArgs>,
): Promise<boolean> {
  const own = pluginDirectory(name, cache, path.join(homedir(), ".pulumi"));
  const isThere = existsSync(own);
  if (!isThere && !(await isReachable(pulumiDownloads))) return false;
  try {
    await installOnce({
      directory: pluginDirectory(name, cache),
      name: `plugin ${name}`,
      report,
      isComplete: async () => pluginInUse(name, cache) === "official",
      make: (staging) =>
        isThere
          ? cp(own, staging, { recursive: true })
          : download(name, pulumi, staging),
    });
    return true;
  } catch (error) {
    report(`plugin ${name}: ${(error as Error).message}`);
    return false;
  }
}

async function download(
  name: PluginName,
  pulumi: PulumiCli,
  staging: string,
): Promise<void> {
  const home = path.join(staging, "home");
  await execa(
    path.join(pulumi.directory, "pulumi"),
    ["plugin", "install", "resource", name, `v${pluginVersions[name]}`],
    {
      env: { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
      stdin: "ignore",
      timeout: 300_000,
    },
  );
  await cp(pluginDirectory(name, "", home), staging, { recursive: true });
  await rm(home, { recursive: true });
}

async function installStandIn(
  name: PluginName,
  { report, cache }: { readonly report: Report; readonly cache: string },
): Promise<void> {
  const directory = pluginDirectory(name, cache);
  const sources = path.join("lab", "plugins", name);
  const hash = hashFiles(root, [
    sources,
    path.join("lab", "plugins", "shared"),
    "package-lock.json",
    "provider/server",
    "toolchain/bundle.ts",
  ]);
  await installOnce({
    directory,
    name: `plugin ${name}`,
    report,
    isComplete: async () => (await readMarker(directory)).includes(hash),
    make: async (staging) => {
      await bundlePlugin({
        name,
        entryPoint: path.join(root, sources, "main.ts"),
        directory: staging,
      });
      await writeFile(
        path.join(staging, standInMarker),
        `Flotilla's stand-in for the official plugin ${name}, made from sources ${hash}.\n`,
      );
    },
  });
}

function readMarker(directory: string): Promise<string> {
  return readFile(path.join(directory, standInMarker), "utf8").catch(() => "");
}

function attemptFile(name: PluginName, cache: string): string {
  return path.join(
    cache,
    "toolchain",
    "plugins",
    `${name}-${pluginVersions[name]}.attempt`,
  );
}

async function isAttemptDue(name: PluginName, cache: string): Promise<boolean> {
  const last = await stat(attemptFile(name, cache)).catch(() => undefined);
  return !last || Date.now() - last.mtimeMs > hoursBetweenAttempts * 3_600_000;
}

async function rememberAttempt(name: PluginName, cache: string): Promise<void> {
  const file = attemptFile(name, cache);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, "");
}
