import type ssh2 from "ssh2";
import { start, type RemoteCommand } from "../ssh/channel.ts";
import type { Way } from "../ssh/dial-ways.ts";
import { bootstrapCommand } from "./remote-shell.ts";
import type { RuntimeFiles } from "./runtime-files.ts";

/** How a job ended. */
export type JobOutcome =
  | "committed"
  | "restored"
  | "restore-failed"
  | "stale"
  | "busy"
  | "cancelled"
  | "refused"
  | "lost";

/** What the host said about a job. */
export interface JobReport {
  readonly outcome: JobOutcome;
  /** The step or gate that failed, in one sentence. */
  readonly failure: string | undefined;
  /** The lines of the log that explain it. */
  readonly tail: readonly string[];
  /** How many things were put back. */
  readonly restored: number;
  /** What stays although the job was rolled back. */
  readonly kept: readonly string[];
  /** What the job wants the user to know besides: where a dump lies, what a role still owns. */
  readonly notes: readonly string[];
  /** The last thing that the host waited for, with its holder. */
  readonly waitedFor: string | undefined;
}

/** What happens while a job runs. */
export interface JobEvents {
  /** A line of the job, as the host sent it. */
  readonly onRecord: (record: string) => void;
  /** A step, a line of output, or a wait: for the display. */
  readonly onProgress: (text: string) => void;
  /** The host loaded new firewall rules and waits for a new connection. */
  readonly onConfirm: (seconds: number) => void;
}

/** Where a job runs. */
export interface JobSite {
  readonly client: ssh2.Client;
  readonly connection: Way;
  readonly runtime: RuntimeFiles;
  readonly jobId: string;
  readonly signal: AbortSignal;
}

/** The connection broke before the end was said: the job goes on by itself. */
export class ContactLost extends Error {
  override readonly name = "ContactLost";
  /** Lines that were already seen. */
  readonly seen: number;

  constructor(seen: number, options?: ErrorOptions) {
    super("the connection was lost while a job ran", options);
    this.seen = seen;
  }
}

/** Sends a bundle and follows its job to the end. */
export async function applyJob(
  site: JobSite,
  bundle: Buffer,
  events: JobEvents,
): Promise<JobReport> {
  const words = ["apply", site.runtime.hash, site.jobId, String(bundle.length)];
  return follow(site, { words, input: bundle, seen: 0 }, events);
}

/** Follows a job that runs already, or whose end was never heard. */
export async function attachJob(
  site: JobSite,
  seen: number,
  events: JobEvents,
): Promise<JobReport> {
  const words = ["attach", site.runtime.hash, site.jobId, String(seen)];
  return follow(site, { words, input: undefined, seen }, events);
}

interface Following {
  readonly words: readonly string[];
  readonly input: Buffer | undefined;
  readonly seen: number;
}

async function follow(
  site: JobSite,
  following: Following,
  events: JobEvents,
): Promise<JobReport> {
  const report = new ReportBuilder(events);
  let seen = following.seen;
  let remote: RemoteCommand | undefined;
  const cancel = (): void => remote?.write("cancel\n");
  try {
    const command = bootstrapCommand(
      site.connection,
      site.runtime.bootstrap,
      following.words,
    );
    remote = await start(site.client, command, (line) => {
      seen += 1;
      events.onRecord(line);
      if (report.add(line)) remote?.write("ack\n");
    });
    if (following.input) remote.write(following.input);
    site.signal.addEventListener("abort", cancel, { once: true });
    if (site.signal.aborted) cancel();
    const exit = await remote.done;
    return report.finish(exit.stderr);
  } catch (error) {
    if (report.isComplete) return report.finish("");
    if (error instanceof RuntimeBroken) throw error;
    throw new ContactLost(seen, { cause: error });
  } finally {
    site.signal.removeEventListener("abort", cancel);
  }
}

/** The host's runtime did not say how the job ended. */
export class RuntimeBroken extends Error {
  override readonly name = "RuntimeBroken";
}

class ReportBuilder {
  readonly #events: JobEvents;
  readonly #tail: string[] = [];
  readonly #kept: string[] = [];
  readonly #notes: string[] = [];
  #outcome: JobOutcome | undefined;
  #failure: string | undefined;
  #waitedFor: string | undefined;
  #restored = 0;

  constructor(events: JobEvents) {
    this.#events = events;
  }

  get isComplete(): boolean {
    return this.#outcome !== undefined;
  }

  /** Takes one line; true when it was the last one. */
  add(line: string): boolean {
    const [type = "", ...fields] = line.split("\t");
    this.#take(type, fields);
    return type === "end";
  }

  finish(stderr: string): JobReport {
    if (!this.#outcome) {
      throw new RuntimeBroken(
        `the host's runtime ended without an outcome${stderr ? `: ${stderr.trim()}` : ""}`,
      );
    }
    return {
      outcome: this.#outcome,
      failure: this.#failure,
      tail: this.#tail,
      restored: this.#restored,
      kept: this.#kept,
      notes: this.#notes,
      waitedFor: this.#waitedFor,
    };
  }

  #take(type: string, fields: string[]): void {
    const { onProgress, onConfirm } = this.#events;
    const [first = "", second = "", third = ""] = fields;
    switch (type) {
      case "wait":
        this.#waitedFor = first;
        onProgress(`waiting: ${first}`);
        break;
      case "step":
        if (second === "begin") onProgress(third);
        break;
      case "log":
        onProgress(first);
        break;
      case "gate":
        if (second !== "begin")
          onProgress(`gate ${first}: ${second}${third ? ` (${third})` : ""}`);
        break;
      case "confirm":
        onConfirm(Number(first));
        break;
      case "failed":
        this.#failure = failureOf(fields);
        break;
      case "tail":
        this.#tail.push(fields.join(" "));
        break;
      case "restored":
        this.#restored = Number(first);
        break;
      case "kept":
        this.#kept.push(fields.join(" "));
        break;
      case "note":
        this.#notes.push(first);
        break;
      case "end":
        this.#outcome = first as JobOutcome;
        break;
      default:
        break;
    }
  }
}

/** One sentence of a `failed` record: verb or layer, step or gate, what went wrong. */
function failureOf([
  name = "",
  verb = "",
  code = "",
  ...words
]: string[]): string {
  const hasCode = !["", "-", "0"].includes(code);
  const sentence = words.join(" ");
  return `${verb} (${name}): ${sentence}${hasCode ? ` (exit code ${code})` : ""}`;
}
