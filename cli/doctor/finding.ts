/** How much it matters: a problem has to be mended before `pulumi up`, a warning is to be read, and the rest is told. */
export type Level = "ok" | "info" | "warning" | "problem";

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at, in a word: `token`, `size`. */
  readonly check: string;
  readonly level: Level;
  readonly text: string;
  /** What to do about it. @default - nothing is to be done */
  readonly fix?: string | undefined;
}

/** What was found of one thing: this machine, a provider, a host. */
export interface Section {
  readonly kind: "machine" | "provider" | "host";
  /** As the configuration names it. */
  readonly name: string;
  /** As people read it. */
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** It is as it has to be. */
export function ok(check: string, text: string): Finding {
  return { check, level: "ok", text };
}

/** Worth knowing, and nothing is to be done. */
export function info(check: string, text: string): Finding {
  return { check, level: "info", text };
}

/** `pulumi up` works all the same. */
export function warning(check: string, text: string, fix: string): Finding {
  return { check, level: "warning", text, fix };
}

/** `pulumi up` would fail, or do what nobody wants. */
export function problem(check: string, text: string, fix: string): Finding {
  return { check, level: "problem", text, fix };
}

/** How many findings of a level there are. */
export function countOf(sections: readonly Section[], level: Level): number {
  return sections.flatMap(({ findings }) =>
    findings.filter((one) => one.level === level),
  ).length;
}
