import { Command } from "commander";
import colors from "picocolors";
import { runEntryPoint, ToolchainError } from "../toolchain/toolchain-error.ts";
import {
  renderFailure,
  renderJson,
  renderSuccess,
} from "./quickstart-result.ts";
import {
  createTasks,
  type QuickstartState,
  type Screen,
} from "./quickstart-tasks.ts";
import { ensureSystemPackages } from "./system-packages.ts";

interface Options {
  readonly yes?: boolean;
  readonly json?: boolean;
}

function parseOptions(): Options {
  return new Command("npm run quickstart --")
    .description(
      "Makes a fleet with pulumi up: two Debian hosts, one at each cloud that the lab serves on this machine.",
    )
    .option("-y, --yes", "install missing system packages without asking")
    .option("--json", "print the result as JSON, without progress")
    .parse()
    .opts<Options>();
}

async function quickstart(options: Options): Promise<void> {
  const started = performance.now();
  const write = (text: string) => process.stdout.write(text);
  const say = (line: string) =>
    (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  if (!options.json) say(greeting);
  await ensureSystemPackages({ yes: options.yes ?? false, say });
  const { update, outputs } = await runTasks(planScreen(options));
  if (!update?.succeeded || !outputs) {
    throw new ToolchainError(
      update ? renderFailure(update) : "the update did not start",
    );
  }
  const seconds = (performance.now() - started) / 1000;
  write((options.json ? renderJson : renderSuccess)(outputs, update, seconds));
}

const greeting = `\n${colors.bold("Flotilla")} ${colors.dim("hosts that pulumi up brings to a declared state")}\n`;

async function runTasks(screen: Screen): Promise<QuickstartState> {
  const state: QuickstartState = {
    stack: undefined,
    update: undefined,
    outputs: undefined,
  };
  const tasks = await createTasks(screen);
  try {
    await tasks.run(state);
  } catch (error) {
    // The engine's own errors are shown after all hosts have ended.
    if (!state.update) throw error;
  }
  return state;
}

function planScreen({ json = false }: Options): Screen {
  if (json) return "silent";
  return process.stdout.isTTY && !process.env.CI ? "terminal" : "lines";
}

/** Ctrl+C ends this process at once, except where a task has a listener of its own. */
function interrupt(): void {
  if (process.listenerCount("SIGINT") > 1) return;
  if (process.stdout.isTTY) process.stdout.write(showCursor);
  process.exit(130);
}

const showCursor = "\u001b[?25h";

process.on("SIGINT", interrupt);
await runEntryPoint(() => quickstart(parseOptions()));
