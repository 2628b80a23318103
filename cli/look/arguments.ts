import type { Command } from "commander";
import { FlotillaError } from "../flotilla-error.ts";

/** Which stack a command is about. */
export interface StackOptions {
  readonly stack?: string;
  readonly configFile?: string;
  readonly cwd: string;
}

/** What the commands that look at hosts can be told. */
export interface LookOptions extends StackOptions {
  readonly key?: string;
  readonly hostKey?: string;
  readonly knownHosts?: string;
  readonly timeout: string;
  readonly json?: boolean;
}

/** Adds the arguments that say which stack it is about. */
export function stackCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .option(
      "-s, --stack <name>",
      "stack whose fleet it is (default: the selected one)",
    )
    .option(
      "--config-file <file>",
      "the stack's configuration (default: Pulumi.<stack>.yaml)",
    )
    .option("-C, --cwd <folder>", "the Pulumi project, or a folder in it", ".");
}

/** Adds the arguments that all commands share which look at hosts. */
export function lookCommand(program: Command, name: string): Command {
  return stackCommand(program, `${name} [hosts...]`)
    .option(
      "--key <file>",
      "private key for USER@ADDRESS (default: ~/.ssh/id_ed25519)",
    )
    .option(
      "--host-key <key>",
      'public host key of USER@ADDRESS, as "ssh-ed25519 AAAA…"',
    )
    .option(
      "--known-hosts <file>",
      "where the host keys of USER@ADDRESS are (default: ~/.ssh/known_hosts)",
    )
    .option("--timeout <seconds>", "until a host counts as unreachable", "20")
    .option("--json", "as JSON, in the shape that docs/preflight.md describes")
    .addHelpText("after", help);
}

/** What `--timeout` says, in seconds. */
export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 600) return seconds;
  throw new FlotillaError(
    `--timeout: ${text} is no number of seconds from 1 to 600`,
  );
}

const help = `
Hosts are names of the fleet (default: all of it), or USER@ADDRESS[:PORT], which need no project.

Exit code: 0 fine, 1 problems were found, 2 wrong use or a configuration with mistakes.`;
