import type { Refusal } from "../operations/index.ts";
import type { JobReport } from "../runtime/job.ts";

/** Why a job that did not commit did not: host, step, the log's own words, what was restored, what to do. */
export function jobFailure(host: string, report: JobReport): string {
  const lines = [
    `${host}: ${headline(report)}`,
    ...report.tail.map((line) => `    ${line}`),
    ...report.kept.map((text) => `  stays: ${text}`),
    `  ${consequence(report)}`,
  ];
  return lines.join("\n");
}

/** Things that exist and are not this manifest's. */
export function refusal(host: string, refused: readonly Refusal[]): string {
  return [
    `${host}: nothing was changed, because this is not ours to change:`,
    ...refused.map(({ key, reason }) => `  ${key}: ${reason}`),
  ].join("\n");
}

function headline(report: JobReport): string {
  if (report.failure) return report.failure;
  switch (report.outcome) {
    case "busy":
      return `the host is busy: ${report.waitedFor ?? "another job holds its lock"}`;
    case "cancelled":
      return "cancelled: the running step was finished";
    case "lost":
      return "the job ended without a result: it was killed, or the machine lost power";
    default:
      return `the job ended as ${report.outcome}`;
  }
}

function consequence(report: JobReport): string {
  const restored = `rolled back: ${String(report.restored)} ${report.restored === 1 ? "thing was" : "things were"} put back as before`;
  switch (report.outcome) {
    case "restored":
      return `${restored}. Correct the cause and run 'pulumi up' again`;
    case "cancelled":
      return `${restored}. Run 'pulumi up' to go on`;
    case "refused":
      return "nothing was changed. Run 'pulumi up' again; if it stays, report it with this message";
    case "busy":
      return "nothing was changed. Run 'pulumi up' again when the other job is done";
    case "restore-failed":
      return "the rollback failed too: the state now holds what was really seen. Run 'pulumi up' again to repair it";
    default:
      return "run 'pulumi up' again: it looks at the host and goes on from there";
  }
}
