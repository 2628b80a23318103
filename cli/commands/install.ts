import type { Command } from "commander";
import { runInstall } from "../install/run.ts";

/** `flotilla install`: tells a project's Pulumi.yaml where the plugin is. */
export function registerInstall(program: Command): void {
  program
    .command("install")
    .description(
      "tells this project's Pulumi.yaml where Flotilla's plugin is, and which other plugins its components need",
    )
    .option("--check", "change nothing; exit with 1 when something is missing")
    .option("--json", "say it as JSON")
    .action((options: InstallOptions) => {
      const result = runInstall(process.cwd(), options.check ?? false);
      process.stdout.write(
        options.json
          ? `${JSON.stringify(result, null, 2)}\n`
          : renderInstall(result),
      );
      if (options.check && result.change !== "none") process.exitCode = 1;
    });
}

interface InstallOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

type InstallResult = ReturnType<typeof runInstall>;

/** What was done, and what else is needed, as lines. */
export function renderInstall(result: InstallResult): string {
  const { file, path, change, plugins } = result;
  const said = {
    none: `${file} names Flotilla's plugin: ${path}`,
    written: `${file} now names Flotilla's plugin: ${path}`,
    missing: `${file} does not name Flotilla's plugin: run \`npx flotilla install\` to write ${path}`,
  }[change];
  const missing = plugins.filter(({ isInstalled }) => !isInstalled);
  return [
    said,
    ...missing.flatMap(({ name, version, usedBy }) => [
      `${usedBy} needs Pulumi's plugin ${name} ${version}, which the first \`pulumi up\` downloads.`,
      `  Without a way out to get.pulumi.com: \`pulumi plugin install resource ${name} v${version} --file FILE\`, with the file from another machine.`,
    ]),
    "",
  ].join("\n");
}
