import { execa, type Options } from "execa";
import { type Environment, processEnvironment } from "./environment.ts";
import { ToolchainError } from "./toolchain-error.ts";

export interface StackArgs {
  readonly environment: Environment;
  readonly stack: string;
  /** Folder with Pulumi.yaml. */
  readonly directory: string;
}

interface ListedStack {
  readonly name: string;
  readonly current: boolean;
}

/** How Pulumi's CLI is started in a project folder. */
export function pulumiOptions(args: Omit<StackArgs, "stack">) {
  return {
    cwd: args.directory,
    env: processEnvironment(args.environment),
    stdin: "ignore",
  } as const satisfies Options;
}

/** Makes sure that the stack exists, and that some stack is selected in the folder. */
export async function ensureStack(args: StackArgs): Promise<void> {
  const stacks = await listStacks(args);
  if (!stacks.some(({ name }) => name === args.stack)) {
    await run(args, ["stack", "init", args.stack, "--no-select"]);
  }
  if (!stacks.some(({ current }) => current)) {
    await run(args, ["stack", "select", args.stack]);
  }
}

async function listStacks(args: StackArgs): Promise<readonly ListedStack[]> {
  return JSON.parse(
    await run(args, ["stack", "ls", "--json"]),
  ) as ListedStack[];
}

async function run(
  args: StackArgs,
  command: readonly string[],
): Promise<string> {
  const result = await execa("pulumi", [...command, "--non-interactive"], {
    ...pulumiOptions(args),
    reject: false,
  });
  if (result.failed) {
    throw new ToolchainError(
      `pulumi ${command.join(" ")}: ${result.stderr || result.shortMessage}`,
    );
  }
  return result.stdout;
}
