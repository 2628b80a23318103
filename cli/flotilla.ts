import { Command, CommanderError } from "commander";
import { version } from "../provider/server/version.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerFacts } from "./commands/facts.ts";
import { registerInstall } from "./commands/install.ts";
import { registerPreflight } from "./commands/preflight.ts";
import { FlotillaError } from "./flotilla-error.ts";

/** Adds one subcommand; each has a file in `commands/`. */
type Register = (program: Command) => void;

const commands: readonly Register[] = [
  registerDoctor,
  registerPreflight,
  registerFacts,
  registerInstall,
];

/** 0: fine. 1: problems were found. 2: wrong use, or something that is needed is missing. */
async function main(): Promise<void> {
  const program = new Command("flotilla")
    .description(
      "Looks at the hosts of a fleet and at their providers, and prepares projects for it",
    )
    .version(version)
    .showHelpAfterError("(--help shows what can be said)")
    .exitOverride();
  for (const register of commands) register(program);
  await program.parseAsync();
}

try {
  await main();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  process.stderr.write(messageOf(error));
}

/** Commander has said itself what is wrong with the arguments; a bug is told with its stack. */
function messageOf(error: unknown): string {
  if (error instanceof CommanderError) return "";
  if (error instanceof FlotillaError) return `${error.message}\n`;
  return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

/** `--help` and `--version` are no errors. */
function exitCodeOf(error: unknown): number {
  return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}
