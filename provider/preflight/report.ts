import type { Finding } from "./finding.ts";

/** What was found on one host. */
export interface HostReport {
  /** The name that messages use. */
  readonly name: string;
  /** Address, as it was dialled. */
  readonly address: string;
  readonly findings: readonly Finding[];
  /** What lets the key in, to be pasted. @default - it is in already */
  readonly script?: string | undefined;
}

/** Whether something has to be mended first. */
export function hasErrors({ findings }: Pick<HostReport, "findings">): boolean {
  return findings.some(({ severity }) => severity === "error");
}

/** All problems of all hosts, as one text; hosts without any are left out. */
export function renderReport(reports: readonly HostReport[]): string {
  const faulty = reports.filter(({ findings }) => findings.length > 0);
  return faulty.flatMap(renderHost).concat(renderScripts(faulty)).join("\n");
}

function renderHost({ name, address, findings }: HostReport): string[] {
  return [`${name} (${address}):`, ...findings.flatMap(renderFinding)];
}

/** One finding, on a line, and what to do on the next. */
export function renderFinding(finding: Finding): string[] {
  const { check, severity, text, fix } = finding;
  const mark = severity === "warning" ? "warning, " : "";
  return [`  ${mark}${check}: ${text}`, `    → ${fix}`];
}

/** Hosts that need the same script share it. */
function renderScripts(reports: readonly HostReport[]): string[] {
  const scripts = new Set(reports.flatMap(({ script }) => script ?? []));
  return [...scripts].flatMap((script) => [
    "",
    `Paste this into a root shell of ${namesWith(reports, script)}, for example in the console of its seller. It may be run again:`,
    "",
    script,
  ]);
}

function namesWith(reports: readonly HostReport[], script: string): string {
  return reports
    .filter((report) => report.script === script)
    .map(({ name }) => name)
    .join(", ");
}
