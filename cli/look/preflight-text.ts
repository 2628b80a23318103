import colors from "picocolors";
import { hasErrors, renderReport } from "../../provider/preflight/index.ts";
import type { Looked } from "./look.ts";

/** The report of all hosts, as `pulumi up` gives it, and one line on those without problems. */
export function preflightText(
  looked: Readonly<Record<string, Looked>>,
): string {
  const reports = Object.values(looked).map(({ found }) => found);
  const failed = reports.filter(hasErrors);
  const verdict =
    failed.length === 0
      ? colors.green(`${countOf(reports)} ready`)
      : colors.red(
          `${failed.length} of ${countOf(reports)} cannot be worked on`,
        );
  const report = renderReport(reports);
  return `${report === "" ? "" : `${report}\n\n`}${verdict}; nothing was changed\n`;
}

function countOf(reports: readonly unknown[]): string {
  return reports.length === 1 ? "1 host" : `${reports.length} hosts`;
}
