import grpc from "@grpc/grpc-js";
import type { ResourceLog } from "../../../provider/server/engine.ts";
import { CallError } from "../shared/call.ts";
import { goQuote } from "./go-quote.ts";
import type { CommandInputs } from "./inputs.ts";

/** One command that is to run. */
export interface Run {
  readonly command: string;
  readonly inputs: CommandInputs;
  /** Variables with what the last run said. */
  readonly previousOutputs: Readonly<Record<string, string>>;
  readonly log: ResourceLog;
  readonly signal: AbortSignal;
}

/** What a command that succeeded has said. */
export interface Said {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

type Stream = keyof Said;

/** Keeps what a command says, and logs it line by line, where that is wanted. */
export class Capture {
  readonly #chunks: { stream: Stream; bytes: Buffer }[] = [];
  readonly #begun: Record<Stream, string> = { stdout: "", stderr: "" };
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  add(stream: Stream, bytes: Buffer): void {
    this.#chunks.push({ stream, bytes });
    const lines = (this.#begun[stream] + bytes.toString()).split("\n");
    this.#begun[stream] = lines.pop() ?? "";
    for (const line of lines) this.#log(stream, line);
  }

  /** The streams apart, once the command has ended well. */
  said(): Said {
    this.#logRest();
    return { stdout: this.#bytesOf("stdout"), stderr: this.#bytesOf("stderr") };
  }

  /** The error of a command that ended badly: with all that it said, and with its own text. */
  failure(reason: string): Error {
    this.#logRest();
    const all = Buffer.concat(this.#chunks.map(({ bytes }) => bytes));
    return new Error(
      `${reason}: running ${goQuote(this.#run.command)}:\n${all.toString()}`,
    );
  }

  #bytesOf(wanted: Stream): Buffer {
    const found = this.#chunks.filter(({ stream }) => stream === wanted);
    return Buffer.concat(found.map(({ bytes }) => bytes));
  }

  #logRest(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#begun[stream] !== "") this.#log(stream, this.#begun[stream]);
      this.#begun[stream] = "";
    }
  }

  #log(stream: Stream, line: string): void {
    const wanted = this.#run.inputs.logging ?? "stdoutAndStderr";
    if (wanted === "none") return;
    if (wanted !== "stdoutAndStderr" && wanted !== stream) return;
    this.#run.log.status(line.replace(/\r$/, ""));
  }
}

/** The outputs: both streams without their last newline. What is not UTF-8 cannot be told to the engine. */
export function outputsOf(said: Said): { stdout: string; stderr: string } {
  return { stdout: textOf(said.stdout), stderr: textOf(said.stderr) };
}

function textOf(bytes: Buffer): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes).replace(/\n$/, "");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CallError(
      grpc.status.INTERNAL,
      "grpc: error while marshaling: string field contains invalid UTF-8",
    );
  }
}
