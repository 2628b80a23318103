import { execa } from "execa";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeTally, type Tally } from "./tally.ts";
import { parseTap } from "./tap.ts";

/** The checkout. */
export const root = join(import.meta.dirname, "../..");

/** What tests and the programs that they start get as environment, besides that of this process. */
export type Environment = Readonly<Record<string, string>>;

/** One part of a run; a stage never stops the ones after it. */
export interface Stage {
  readonly name: string;
  readonly run: (environment: Environment) => Promise<Tally>;
}

/** The tests of one vitest project, printed as they end. */
export function vitestStage(project: string): Stage {
  return {
    name: project,
    run: async (env) => {
      const path = join(tmpdir(), `flotilla-${process.pid}-${project}.json`);
      const { exitCode } = await execa(
        process.execPath,
        ["node_modules/vitest/vitest.mjs", "run", "--project", project],
        {
          cwd: root,
          env: { ...env, FLOTILLA_TALLY: path },
          stdin: "ignore",
          stdout: "inherit",
          stderr: "inherit",
          reject: false,
        },
      );
      const tally = await readTally(path, project);
      return judgeTally(project, tally, exitCode ?? 1);
    },
  };
}

async function readTally(path: string, project: string): Promise<Tally> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Tally;
  } catch {
    const failure = `${project}: vitest ended without a report`;
    return { passed: 0, failures: [failure], skips: [] };
  } finally {
    await rm(path, { force: true });
  }
}

/** The bats tests of the host runtime, on a real host; TAP on stdout. */
export const hostStage: Stage = {
  name: "host",
  run: async (env) => {
    const { exitCode, stdout } = await execa(
      process.execPath,
      ["test/host/run.ts"],
      {
        cwd: root,
        env,
        stdin: "ignore",
        stdout: ["inherit", "pipe"],
        stderr: "inherit",
        reject: false,
      },
    );
    return judgeTally("host", parseTap(stdout), exitCode ?? 1);
  },
};
