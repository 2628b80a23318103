import colors from "picocolors";
import type { Happening } from "./engine-events.ts";
import type { UpdateResult } from "./fleet-update.ts";

/** One line on the screen: what it is about, and under it what is being done. */
export interface ProgressLine {
  title: string;
  output: string;
}

/** Turns the happenings of one update into a line for each host. */
export class FleetProgress {
  readonly #lines = new Map<string, ProgressLine>();
  readonly #changes = new Map<string, number>();
  readonly #failed = new Set<string>();
  readonly #isLive: boolean;

  /** `isLive`: each line replaces the one before, so that everything can be shown; else only changes. */
  constructor(options: { readonly isLive: boolean }) {
    this.#isLive = options.isLive;
  }

  /** Shows a happening on its host's line. */
  show(happening: Happening): void {
    if (happening.kind === "ended" || happening.host === undefined) return;
    const { host, kind, text } = happening;
    if (kind === "failed") this.#failed.add(host);
    if (kind === "finished" && happening.isChange) {
      this.#changes.set(host, (this.#changes.get(host) ?? 0) + 1);
    }
    const line = this.#lines.get(host);
    if (!line) return;
    const lastLine = text.split("\n").at(-1) ?? "";
    if (this.#isLive) line.output = lastLine;
    else if (isMilestone(happening)) line.output = `${host}: ${lastLine}`;
  }

  /** Keeps a host's line until the update is over; a host that failed ends its line as failed. */
  async follow(
    host: string,
    line: ProgressLine,
    update: Promise<UpdateResult>,
  ): Promise<void> {
    this.#lines.set(host, line);
    const { succeeded } = await update;
    const changes = this.#changes.get(host) ?? 0;
    if (this.#failed.has(host)) throw new Error(`${host}: failed, see below`);
    if (!succeeded && changes === 0)
      line.title = `${host} ${colors.dim("not finished")}`;
    else line.title = `${host} ${colors.dim(renderChanges(changes))}`;
  }
}

function isMilestone(happening: Happening): boolean {
  return (
    happening.kind === "failed" ||
    (happening.kind === "finished" && happening.isChange)
  );
}

function renderChanges(changes: number): string {
  if (changes === 0) return "as declared, nothing to change";
  return changes === 1 ? "1 change" : `${changes} changes`;
}
