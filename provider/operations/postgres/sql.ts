import type { StepDraft, Phase } from "../operation.ts";

/** A name as SQL reads it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL reads it, with `standard_conforming_strings` on. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Names with commas between them. */
export function identifiers(names: readonly string[]): string {
  return names.map(identifier).join(", ");
}

/** Statements that are run on a host by `psql`. */
export interface Statements {
  readonly phase: Phase;
  readonly cluster: string;
  readonly database: string;
  /** What they are about: `role app`. */
  readonly about: string;
  readonly sql: readonly string[];
  /** Statements that PostgreSQL refuses in a transaction. @default false */
  readonly isPlain?: boolean;
}

/** One step that runs statements, all or none of them unless they are plain. */
export function sqlStep(statements: Statements): StepDraft {
  const { phase, cluster, database, about, sql, isPlain = false } = statements;
  return {
    phase,
    verb: "postgres-sql",
    payload: { content: sql.map((one) => `${one}\n`).join("") },
    args: [cluster, database, isPlain ? "plain" : "together", about],
  };
}

/** What tells a later manifest of the same name that it made this. */
export function markOf(manifestId: string): string {
  return `made by Flotilla: ${manifestId}`;
}

/** The parts of a name such as `main/app`. */
export function partsOf(name: string): [string, string, string] {
  const [first = "", second = "", third = ""] = name.split("/");
  return [first, second, third];
}
