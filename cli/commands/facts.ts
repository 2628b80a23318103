import type { Command } from "commander";
import { lookCommand, type LookOptions } from "../look/arguments.ts";

/** `flotilla facts`: what the machines are, without deploying anything. */
export function registerFacts(program: Command): void {
  lookCommand(program, "facts")
    .description(
      "reads cpus, memory, disk and system of hosts; deploys and changes nothing",
    )
    .action(async (words: string[], options: LookOptions) => {
      const { facts } = await import("../look/facts.ts");
      process.exitCode = await facts(words, options);
    });
}
