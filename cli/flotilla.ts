import { Command, CommanderError } from "commander";
import { version } from "../provider/server/version.ts";
import { registerInstall } from "./commands/install.ts";
import { FlotillaError } from "./flotilla-error.ts";

/** Adds one subcommand; each has a file in `commands/`. */
type Register = (program: Command) => void;

const commands: readonly Register[] = [registerInstall];

/** 0: fine. 1: problems were found. 2: wrong use, or something that is needed is missing. */
async function main(): Promise<void> {
  const program = new Command("flotilla")
    .description("Looks at the hosts of a fleet, and prepares projects for it")
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
  if (error instanceof FlotillaError)
    process.stderr.write(`${error.message}\n`);
  else if (!(error instanceof CommanderError)) throw error;
}

/** Commander has said itself what is wrong with the arguments; `--help` and `--version` are no errors. */
function exitCodeOf(error: unknown): number {
  return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}
