import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import type { Skip, Tally } from "./tally.ts";

/** Writes the tally of a vitest run to a file; unlike vitest's own JSON it keeps why a test was skipped. */
export class TallyReporter implements Reporter {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly { message: string }[],
  ): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const byState = (state: string) =>
      tests.filter((test) => test.result().state === state);
    const tally: Tally = {
      passed: byState("passed").length,
      failures: [
        ...[...byState("failed"), ...byState("pending")].map(nameOf),
        ...modules.flatMap(moduleFailures),
        ...unhandledErrors.map(({ message }) => message),
      ],
      skips: byState("skipped").map(skipOf),
    };
    writeFileSync(this.#path, JSON.stringify(tally));
  }
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId}: ${test.fullName}`;
}

function skipOf(test: TestCase): Skip {
  const result = test.result();
  const reason = result.state === "skipped" ? result.note : undefined;
  return { name: nameOf(test), reason: reason ?? "" };
}

/** What went wrong outside of any test: a file that cannot be loaded, a hook that threw. */
function moduleFailures(module: TestModule): string[] {
  const suites = [module, ...module.children.allSuites()];
  return suites.flatMap((suite) =>
    suite
      .errors()
      .map(({ message }) => `${module.relativeModuleId}: ${message}`),
  );
}
