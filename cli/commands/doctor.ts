import type { Command } from "commander";
import type { DoctorOptions } from "../doctor/doctor.ts";
import { stackCommand } from "../look/arguments.ts";

/** `flotilla doctor`: whether a stack's hosts can be made, before anything is made. */
export function registerDoctor(program: Command): void {
  stackCommand(program, "doctor")
    .description(
      "looks whether tokens, names, sizes and quotas at the providers let 'pulumi up' through; changes nothing",
    )
    .option("--timeout <seconds>", "until a provider counts as silent", "20")
    .option("--json", "as JSON, in the shape that docs/clouds.md describes")
    .addHelpText("after", help)
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("../doctor/run.ts");
      process.exitCode = await doctor(options);
    });
}

const help = `
Exit code: 0 fine or warnings alone, 1 problems were found, 2 wrong use or a configuration that cannot be read.`;
