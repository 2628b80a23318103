import type { Command } from "commander";
import { lookCommand, type LookOptions } from "../look/arguments.ts";

/** `flotilla preflight`: whether hosts can be worked on, without working on them. */
export function registerPreflight(program: Command): void {
  lookCommand(program, "preflight")
    .description(
      "looks whether hosts are ready for 'pulumi up', all problems in one report; changes nothing",
    )
    .action(async (words: string[], options: LookOptions) => {
      const { preflight } = await import("../look/preflight.ts");
      process.exitCode = await preflight(words, options);
    });
}
