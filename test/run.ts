import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import { checkStage } from "./runner/check.ts";
import { say } from "./runner/reporter.ts";
import { setUp, setUpForCheck } from "./runner/set-up.ts";
import {
  hostStage,
  type Environment,
  type Stage,
  vitestStage,
} from "./runner/stage.ts";
import {
  addTallies,
  emptyTally,
  renderTally,
  type Tally,
} from "./runner/tally.ts";

/** A run: what it prepares, and its stages in order. */
interface Plan {
  readonly prepare: () => Promise<Environment>;
  readonly stages: readonly Stage[];
}

const quick = [checkStage, vitestStage("unit")];
const everything = [
  ...quick,
  vitestStage("contract"),
  hostStage,
  vitestStage("e2e"),
];

/** What takes longer than `npm test` may: grids, sweeps, scale. */
const sweeps: Stage = { ...vitestStage("full"), name: "sweeps" };

/** What may be asked for: `test` is all that is quick enough, `full` all there is, `check` those that need no host; any stage also runs alone. */
const plans: Readonly<Record<string, Plan>> = {
  ...Object.fromEntries(
    [...everything, sweeps].map((stage) => [
      stage.name,
      { prepare: setUp, stages: [stage] },
    ]),
  ),
  check: { prepare: setUpForCheck, stages: quick },
  test: { prepare: setUp, stages: everything },
  full: { prepare: setUp, stages: [...everything, sweeps] },
};

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly tally: Tally;
}

async function runStage(
  stage: Stage,
  environment: Environment,
): Promise<Result> {
  say(styleText("bold", `\n── ${stage.name}`));
  const start = performance.now();
  const tally = await stage.run(environment).catch(crashed(stage.name));
  return {
    name: stage.name,
    seconds: (performance.now() - start) / 1000,
    tally,
  };
}

/** A stage that throws is one failure and stops no other stage. */
function crashed(name: string): (error: unknown) => Tally {
  return (error) => {
    say(
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    return { ...emptyTally, failures: [`${name}: the stage itself broke`] };
  };
}

function report(results: readonly Result[]): Tally {
  const total = results
    .map(({ tally }) => tally)
    .reduce(addTallies, emptyTally);
  for (const { name, reason } of total.skips)
    say(`skipped: ${name}: ${reason}`);
  for (const failure of total.failures) say(`failed: ${failure}`);
  say("");
  for (const { name, seconds, tally } of results) {
    const time = `${seconds.toFixed(1)} s`.padStart(9);
    say(`${name.padEnd(10)}${time}  ${renderTally(tally)}`);
  }
  conclude(total);
  return total;
}

/** Says the last line, and leaves it in the file that FLOTILLA_TEST_SUMMARY names. */
function conclude(total: Tally): void {
  const line = renderTally(total);
  say(`\n${line}`);
  const path = process.env["FLOTILLA_TEST_SUMMARY"];
  if (path) writeFileSync(path, `${line}\n`);
}

async function main(mode = "test"): Promise<number> {
  const plan = plans[mode];
  if (!plan) {
    say(`Unknown: ${mode}. Choose one of ${Object.keys(plans).join(", ")}.`);
    return 2;
  }
  const start = performance.now();
  const environment = await plan.prepare();
  say(`set-up took ${((performance.now() - start) / 1000).toFixed(1)} s`);
  const results: Result[] = [];
  for (const stage of plan.stages) {
    results.push(await runStage(stage, environment));
  }
  return report(results).failures.length === 0 ? 0 : 1;
}

/** Nothing could be tried: one failure, said in the same last line. */
function setUpFailed(error: unknown): number {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  conclude({ ...emptyTally, failures: ["set-up"] });
  return 1;
}

process.exitCode = await main(process.argv[2]).catch(setUpFailed);
