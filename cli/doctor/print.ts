import colors from "picocolors";
import type { Diagnosis } from "./doctor.ts";
import { countOf, type Finding, type Level, type Section } from "./finding.ts";

/** Grows when something is taken away or means something else; additions do not count. */
const SHAPE = 1;

/** What `flotilla doctor --json` prints. */
export function diagnosisJson({
  stack,
  configFile,
  sections,
}: Diagnosis): string {
  const of = (kind: Section["kind"]) =>
    sections.filter((one) => one.kind === kind);
  const byName = (kind: Section["kind"]) =>
    Object.fromEntries(of(kind).map(({ name, findings }) => [name, findings]));
  const found = {
    version: SHAPE,
    stack,
    configFile,
    ok: countOf(sections, "problem") === 0,
    machine: of("machine").flatMap(({ findings }) => findings),
    providers: byName("provider"),
    hosts: byName("host"),
  };
  return `${JSON.stringify(found, undefined, 2)}\n`;
}

/** All that was looked at, and one line on what it comes to. */
export function diagnosisText({ stack, sections }: Diagnosis): string {
  const lines = sections.flatMap(({ title, findings }) => [
    `${colors.bold(title)}:`,
    ...findings.flatMap(render),
  ]);
  return `${[...lines, "", verdict(stack, sections)].join("\n")}\n`;
}

const marks: Readonly<Record<Level, () => string>> = {
  ok: () => colors.green("✓"),
  info: () => colors.dim("·"),
  warning: () => colors.yellow("!"),
  problem: () => colors.red("✗"),
};

function render({ check, level, text, fix }: Finding): string[] {
  return [
    `  ${marks[level]()} ${check}: ${text}`,
    ...(fix === undefined ? [] : [`    → ${fix}`]),
  ];
}

function verdict(stack: string, sections: readonly Section[]): string {
  const problems = countOf(sections, "problem");
  const warnings = countOf(sections, "warning");
  const beside = warnings === 0 ? "" : `, ${counted(warnings, "warning")}`;
  const found =
    problems === 0
      ? colors.green(`stack ${stack} is ready for 'pulumi up'`)
      : colors.red(`stack ${stack} has ${counted(problems, "problem")}`);
  return `${found}${beside}; nothing was changed`;
}

function counted(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
