/** A test that did not run, and why. */
export interface Skip {
  readonly name: string;
  readonly reason: string;
}

/** What a stage found out. */
export interface Tally {
  readonly passed: number;
  /** One entry per failure: the name of the test or check. */
  readonly failures: readonly string[];
  readonly skips: readonly Skip[];
}

/** Nothing ran. */
export const emptyTally: Tally = { passed: 0, failures: [], skips: [] };

/** Both together. */
export function addTallies(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failures: [...a.failures, ...b.failures],
    skips: [...a.skips, ...b.skips],
  };
}

/**
 * A tally that counts every way to prove nothing as a failure: no test at all, a skip without a reason, a runner that
 * ended badly although each of its tests passed.
 */
export function judgeTally(
  stage: string,
  tally: Tally,
  exitCode: number,
): Tally {
  const failures = [...tally.failures];
  const unexplained = tally.skips.filter(({ reason }) => reason === "");
  failures.push(
    ...unexplained.map(({ name }) => `${name}: skipped without a reason`),
  );
  if (tally.passed + failures.length === 0) {
    failures.push(`${stage}: no test ran`);
  }
  if (exitCode !== 0 && failures.length === 0) {
    failures.push(`${stage}: exit code ${exitCode} although no test failed`);
  }
  const skips = tally.skips.filter(({ reason }) => reason !== "");
  return { passed: tally.passed, failures, skips };
}

/** The last line of a run: `N passed, N failed`, and `, N skipped` when there are any. */
export function renderTally({ passed, failures, skips }: Tally): string {
  const skipped = skips.length > 0 ? `, ${skips.length} skipped` : "";
  return `${passed} passed, ${failures.length} failed${skipped}`;
}
