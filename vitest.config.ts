import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { TallyReporter } from "./test/runner/tally-reporter.ts";

/** Files run in the order of their paths, so that a run can be repeated. */
class PathSequencer extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(
      files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1)),
    );
  }
}

/** End-to-end tests share lab hosts and their machine's two cores. */
const e2eTimeoutMs = 10 * 60_000;

/** Where test/run.ts wants the tally of this run; not set when vitest is run by hand. */
const tallyPath = process.env["FLOTILLA_TALLY"];

export default defineConfig({
  test: {
    // A golden file that is missing or differs is a failure everywhere, until somebody asks for `--update`.
    update: "none",
    reporters: [
      process.stdout.isTTY ? "default" : "verbose",
      ...(tallyPath ? [new TallyReporter(tallyPath)] : []),
    ],
    sequence: { sequencer: PathSequencer },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/**/*.e2e.test.ts",
            "test/contract/**",
            "test/full/**",
          ],
          // Many of them start a shell, on machines that are busy.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          exclude: ["test/**/*.e2e.test.ts"],
          // Most of their time is the pauses of plugins that try again.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          // What takes longer than `npm test` may.
          name: "full",
          include: ["test/full/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 3 * 60 * 60_000,
          hookTimeout: e2eTimeoutMs,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/**/*.e2e.test.ts"],
          // Much of what they do is waiting for hosts; each worker has a lab of its own.
          maxWorkers: 2,
          testTimeout: e2eTimeoutMs,
          hookTimeout: e2eTimeoutMs,
        },
      },
    ],
  },
});
