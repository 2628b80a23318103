import path from "node:path";
import { checkout } from "./build.ts";
import {
  type Environment,
  type EnvironmentArgs,
  ensureEnvironment,
  processEnvironment,
} from "./environment.ts";
import { ensureStack } from "./stack.ts";
import { runEntryPoint } from "./toolchain-error.ts";

/** Ensures toolchain, build and plugins; all variables for a process that runs Pulumi's CLI, PATH included. */
export async function environment(
  args: EnvironmentArgs = {},
): Promise<Record<string, string>> {
  return processEnvironment(await ensureEnvironment(args));
}

/** The lines that a shell evals: `eval "$(npm run -s env)"`. */
export function renderExports(environment: Environment): string {
  const lines = Object.entries(environment.variables).map(
    ([name, value]) => `export ${name}=${quote(value)}`,
  );
  const prefix = environment.path.join(path.delimiter);
  return [
    ...lines,
    ...(prefix ? [`export PATH=${quote(prefix)}:"$PATH"`] : []),
    "",
  ].join("\n");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

async function main(): Promise<void> {
  const environment = await ensureEnvironment();
  await ensureStack({ environment, stack: "dev", directory: checkout });
  process.stdout.write(renderExports(environment));
}

if (import.meta.main) {
  await runEntryPoint(main);
}
