import path from "node:path";
import { cacheDirectory } from "./cache.ts";
import { buildCli } from "./pulumi/build.ts";
import { findCli, type PulumiCli } from "./pulumi/cli.ts";
import { downloadCli } from "./pulumi/download.ts";
import { findOnPath } from "./pulumi/from-path.ts";
import { findInstalled } from "./pulumi/installed.ts";
import { type Report, reportToStderr } from "./report.ts";

export type { PulumiCli } from "./pulumi/cli.ts";

/**
 * Pulumi's CLI with its language host: the user's own, one installed before, the official download,
 * else built from the published Go modules.
 */
export function ensurePulumi(
  report: Report = reportToStderr,
  cache = cacheDirectory(),
): Promise<PulumiCli> {
  const root = path.join(cache, "toolchain", "pulumi");
  return findCli([
    () => findOnPath(),
    () => findInstalled(root),
    () => downloadCli(root, report),
    () => buildCli(root, report),
  ]);
}

/** `PULUMI_HOME` of every command that this project starts. */
export function pulumiHome(cache = cacheDirectory()): string {
  return path.join(cache, "pulumi-home");
}
