import { hasErrors, type Finding } from "../../provider/preflight/index.ts";
import type { LeftOut } from "./known-hosts-of-stack.ts";
import type { Looked } from "./look.ts";

/** Grows when something is taken away or means something else; additions do not count. */
const SHAPE = 1;

/** What was found on hosts, and which were not looked at. */
export interface LookResult {
  readonly looked: Readonly<Record<string, Looked>>;
  readonly leftOut: Readonly<Record<string, LeftOut>>;
}

/** What `flotilla facts --json` prints. */
export function factsJson(result: LookResult): string {
  return render(result, ({ found, wanted, unpinnedKey }) => ({
    address: found.address,
    facts: found.facts ?? null,
    declared: wanted.declared,
    differences: found.findings
      .filter(({ check }) => check === "declared")
      .map(({ text }) => text),
    problem: found.findings.find(isUnanswered)?.text ?? null,
    unpinnedKey: unpinnedKey ?? null,
  }));
}

/** What `flotilla preflight --json` prints. */
export function preflightJson(result: LookResult): string {
  return render(result, ({ found, wanted, unpinnedKey }) => ({
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
    unpinnedKey: unpinnedKey ?? null,
  }));
}

function isUnanswered({ check, severity }: Finding): boolean {
  return check === "connection" && severity === "error";
}

function render(
  { looked, leftOut }: LookResult,
  hostOf: (one: Looked) => object,
): string {
  const hosts = Object.fromEntries(
    Object.entries(looked).map(([name, one]) => [name, hostOf(one)]),
  );
  const all = { version: SHAPE, hosts, leftOut };
  return `${JSON.stringify(all, undefined, 2)}\n`;
}
