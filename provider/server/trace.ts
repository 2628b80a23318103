import { appendFileSync, writeFileSync } from "node:fs";

/** What a line of our own log is about. */
export type TraceKind = "rpc" | "dial" | "job";

/** Our own log: one line per call of the engine, per dial and per record of a job; names, times and outcomes, never values. */
export type Trace = (kind: TraceKind, ...fields: readonly string[]) => void;

/** The log that the environment asks for: FLOTILLA_LOG=trace, written to the file named by FLOTILLA_LOG_FILE. */
export function openTrace(
  environment: Readonly<Record<string, string | undefined>>,
): Trace {
  const { FLOTILLA_LOG: level, FLOTILLA_LOG_FILE: file } = environment;
  if (level !== "trace" || !file) return () => undefined;
  writeFileSync(file, "", { flag: "a", mode: 0o600 });
  // Written at once: a plugin may be gone the moment after.
  return (kind, ...fields) => {
    const line = [new Date().toISOString(), kind, ...fields].map(oneLine);
    appendFileSync(file, `${line.join("\t")}\n`);
  };
}

/** A record of a job without what programs printed: that is in the job's own log on the host. */
export function withoutOutput(record: string): string[] {
  const [type = "", ...fields] = record.split("\t");
  if (type !== "log" && type !== "tail") return [type, ...fields];
  return [type, `${String(fields.join("\t").length)} characters`];
}

/** The resource that a request is about, if it is about one. */
export function urnOf(request: unknown): string {
  const { getUrn } = request as { getUrn?: () => string };
  return getUrn?.call(request) || "-";
}

function oneLine(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, " ");
}
