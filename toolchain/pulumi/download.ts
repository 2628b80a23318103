import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { installOnce } from "../install.ts";
import { isReachable, pulumiDownloads } from "../reachable.ts";
import type { Report } from "../report.ts";
import type { Finding } from "./cli.ts";
import { isInstalled, recordInstallation } from "./installed.ts";

/** The version that the npm package `pulumi` downloads. */
export const downloadVersion = "3.265.0";

/** Pulumi's own build, by the npm package `pulumi`; refuses within seconds where there is no way out. */
export async function downloadCli(
  root: string,
  report: Report,
): Promise<Finding> {
  if (!(await isReachable(pulumiDownloads))) {
    return { why: `${new URL(pulumiDownloads).host} is out of reach` };
  }
  const directory = path.join(root, downloadVersion);
  try {
    await installOnce({
      directory,
      name: "Pulumi's CLI",
      report,
      isComplete: () => isInstalled(directory),
      make: async (staging) => {
        report(`downloading Pulumi's CLI ${downloadVersion}`);
        await download(staging);
        await recordInstallation(staging, {
          version: downloadVersion,
          source: "download",
        });
      },
    });
  } catch (error) {
    return {
      why: `the download of Pulumi's CLI failed: ${(error as Error).message}`,
    };
  }
  return { cli: { directory, version: downloadVersion, source: "download" } };
}

/** The package keeps what it downloads under `$PULUMI_HOME/versions/<version>/bin`. */
async function download(staging: string): Promise<void> {
  const home = path.join(staging, "home");
  await execa(
    "npm",
    [
      "exec",
      "--yes",
      `--package=pulumi@${downloadVersion}`,
      "--",
      "pulumi",
      "version",
    ],
    {
      cwd: staging,
      env: { PULUMI_HOME: home, PULUMI_VERSION: downloadVersion },
      timeout: 600_000,
      stdin: "ignore",
    },
  );
  const bin = path.join(home, "versions", downloadVersion, "bin");
  for (const entry of await readdir(bin)) {
    await rename(path.join(bin, entry), path.join(staging, entry));
  }
  await rm(home, { recursive: true });
}
