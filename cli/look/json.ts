import { hasErrors } from "../../provider/preflight/index.ts";
import type { Looked } from "./look.ts";

/** Grows when something is taken away or means something else; additions do not count. */
const SHAPE = 1;

type All = Readonly<Record<string, Looked>>;

/** What `flotilla facts --json` prints. */
export function factsJson(looked: All): string {
  return render(looked, ({ found, wanted }) => ({
    address: found.address,
    facts: found.facts ?? null,
    declared: wanted.declared,
    differences: found.findings
      .filter(({ check }) => check === "declared")
      .map(({ text }) => text),
    problem:
      found.findings.find(({ check }) => check === "connection")?.text ?? null,
  }));
}

/** What `flotilla preflight --json` prints. */
export function preflightJson(looked: All): string {
  return render(looked, ({ found, wanted }) => ({
    address: found.address,
    ok: !hasErrors(found),
    facts: found.facts ?? null,
    declared: wanted.declared,
    findings: found.findings.map(({ check, severity, text, fix }) => ({
      check,
      severity,
      text,
      fix,
    })),
    script: found.script ?? null,
  }));
}

function render(looked: All, hostOf: (one: Looked) => object): string {
  const hosts = Object.fromEntries(
    Object.entries(looked).map(([name, one]) => [name, hostOf(one)]),
  );
  return `${JSON.stringify({ version: SHAPE, hosts }, undefined, 2)}\n`;
}
