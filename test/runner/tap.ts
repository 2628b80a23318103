import type { Skip, Tally } from "./tally.ts";

const testLine = /^(?<not>not )?ok (?<number>\d+)(?: -)? ?(?<text>.*)$/;
const skipMark = / # skip ?/i;

/** Reads what `bats --tap` prints. A plan that does not match the tests is a failure. */
export function parseTap(output: string): Tally {
  const failures: string[] = [];
  const skips: Skip[] = [];
  let passed = 0;
  let planned: number | undefined;
  for (const line of output.split("\n")) {
    planned ??= planOf(line);
    const { not, text = "" } = testLine.exec(line)?.groups ?? {};
    if (!testLine.test(line)) continue;
    const [name = text, reason] = text.split(skipMark);
    if (not) failures.push(name);
    else if (reason !== undefined) skips.push({ name, reason });
    else passed += 1;
  }
  const ran = passed + failures.length + skips.length;
  if (planned !== ran) {
    failures.push(`${planned ?? "an unknown number of"} planned, ${ran} ran`);
  }
  return { passed, failures, skips };
}

function planOf(line: string): number | undefined {
  const count = /^1\.\.(\d+)/.exec(line)?.[1];
  return count === undefined ? undefined : Number(count);
}
