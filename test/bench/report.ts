import type { Sample } from "./scenario.ts";
import { type Job, jobs } from "./tool.ts";

/** The medians of one tool at one job, and how they stand to the floor's. */
export interface Row {
  readonly scenario: string;
  readonly job: Job;
  readonly tool: string;
  readonly seconds: number;
  /** Seconds as a multiple of the floor's in the same run; `undefined` where the floor has no such job. */
  readonly ratio: number | undefined;
  readonly logins: number;
  readonly peakMib: number;
}

/** Medians, in the order in which things were measured first. */
export function rowsOf(samples: readonly Sample[]): Row[] {
  const groups = Map.groupBy(samples, keyOf);
  const secondsOf = (key: string): number | undefined => {
    const group = groups.get(key);
    return group && median(group.map(({ seconds }) => seconds));
  };
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { scenario, job, tool } = first;
    const seconds = median(group.map((one) => one.seconds));
    const floor = secondsOf(keyOf({ scenario, job, tool: "floor" }));
    return [
      {
        ...{ scenario, job, tool, seconds },
        ratio: floor === undefined ? undefined : seconds / floor,
        logins: median(group.map((one) => one.logins)),
        peakMib: median(group.map((one) => one.peakMib)),
      },
    ];
  });
}

/** The rows as a table in Markdown. */
export function renderTable(rows: readonly Row[]): string {
  const head = [
    "hosts",
    "job",
    "tool",
    "seconds",
    "× floor",
    "SSH logins",
    "peak memory",
  ];
  const lines = rows.map((row) => [
    row.scenario,
    jobs[row.job],
    row.tool,
    row.seconds.toFixed(2),
    row.ratio?.toFixed(2) ?? "–",
    String(row.logins),
    Number.isNaN(row.peakMib) ? "–" : `${row.peakMib.toFixed(0)} MiB`,
  ]);
  return [head, head.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |\n`)
    .join("");
}

/** The middle value; of an even number, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

function keyOf({
  scenario,
  job,
  tool,
}: Pick<Sample, "scenario" | "job" | "tool">): string {
  return [scenario, job, tool].join("\t");
}
