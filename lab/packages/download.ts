import { createHash } from "node:crypto";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";
import type { MirrorAnswer } from "./mirror.ts";

/** Where a download goes. */
export interface DownloadPlan {
  /** Where it grows. */
  readonly partial: string;
  /** Where it lies when it is whole. */
  readonly target: string;
  /** Throws when it must not get there; gets its SHA-256. */
  readonly ensure: (digest: string) => Promise<void>;
}

/** A file on its way: any number of readers follow it while it grows; it gets its name when it is whole. */
export class Download {
  /** Its size in bytes, when the mirror says so. */
  readonly size: number | undefined;
  /** When it was changed last. */
  readonly modified: Date;
  /** Settles when the file has its name, or will not get it. */
  readonly whole: Promise<void>;
  readonly #plan: DownloadPlan;
  #received = 0;
  #isOver = false;
  #news = Promise.withResolvers<undefined>();

  private constructor(
    answer: MirrorAnswer,
    plan: DownloadPlan,
    write: (download: Download) => Promise<void>,
  ) {
    const { "content-length": size, "last-modified": date } = answer.headers;
    this.size = typeof size === "string" ? Number(size) : undefined;
    this.modified = parseDate(date) ?? new Date();
    this.#plan = plan;
    this.whole = write(this);
    this.whole.catch(() => undefined);
  }

  /** Begins to write what a mirror sends. */
  static async begin(
    answer: MirrorAnswer,
    plan: DownloadPlan,
  ): Promise<Download> {
    for (const file of [plan.partial, plan.target])
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(plan.partial, "wx", 0o600);
    return new Download(answer, plan, (download) =>
      download.#write(answer, handle),
    );
  }

  /** The bytes from the first on, as they come. Throws when they end too soon. */
  async *read(): AsyncGenerator<Buffer> {
    const { partial, target } = this.#plan;
    const handle = await open(partial).catch(() => open(target));
    try {
      for (let position = 0; ;) {
        if (this.#isOver) await this.whole;
        const length = Math.min(this.#readable - position, blockBytes);
        if (length > 0) {
          const buffer = Buffer.allocUnsafe(length);
          const { bytesRead } = await handle.read({ buffer, position });
          position += bytesRead;
          yield buffer.subarray(0, bytesRead);
        } else if (this.#isOver) return;
        else await this.#news.promise;
      }
    } finally {
      await handle.close();
    }
  }

  /** The last byte waits for the name: nobody has all of a file that is not kept. */
  get #readable(): number {
    return this.#isOver ? this.#received : this.#received - 1;
  }

  async #write(answer: MirrorAnswer, handle: FileHandle): Promise<void> {
    const { partial, target, ensure } = this.#plan;
    try {
      try {
        await ensure(await this.#receive(answer, handle));
        await handle.utimes(this.modified, this.modified);
      } finally {
        await handle.close();
      }
      await rename(partial, target);
    } finally {
      await rm(partial, { force: true });
      this.#isOver = true;
      this.#tell();
    }
  }

  async #receive(answer: MirrorAnswer, handle: FileHandle): Promise<string> {
    const hash = createHash("sha256");
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await handle.appendFile(chunk);
      this.#received += chunk.length;
      this.#tell();
    }
    if (this.size !== undefined && this.#received !== this.size)
      throw new Error(`${this.#received} of ${this.size} bytes came`);
    return hash.digest("hex");
  }

  #tell(): void {
    this.#news.resolve(undefined);
    this.#news = Promise.withResolvers();
  }
}

const blockBytes = 64 * 1024;

function parseDate(text: string | string[] | undefined): Date | undefined {
  const date = new Date(typeof text === "string" ? text : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
