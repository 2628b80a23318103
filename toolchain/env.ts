import path from "node:path";
import { CloudServer } from "../lab/cloud/cloud-server.ts";
import { cloudVariables } from "../lab/cloud/variables.ts";
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

const withoutCloud =
  "The lab's cloud does not run, and stack dev has its hosts there: npm run lab -- cloud up starts it, npm run quickstart does that and boots its hosts.";

async function main(): Promise<void> {
  const environment = await ensureEnvironment();
  await ensureStack({ environment, stack: "dev", directory: checkout });
  const cloud = new CloudServer("dev");
  const access = cloudVariables(await cloud.access());
  const variables = { ...environment.variables, ...access };
  process.stdout.write(renderExports({ ...environment, variables }));
  if (!cloud.isRunning) process.stderr.write(`${withoutCloud}\n`);
}

if (import.meta.main) {
  await runEntryPoint(main);
}
