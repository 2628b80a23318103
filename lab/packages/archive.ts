import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ignoreAbsent } from "../files.ts";
import { Download } from "./download.ts";
import type { Mirror, MirrorAnswer } from "./mirror.ts";
import type { PackageFile } from "./package-file.ts";
import { isSuite, parseSuite } from "./suite.ts";

/** How a file can be had: it is there, it is on its way, or it is not to be had. */
export type Found =
  | { readonly kind: "stored"; readonly path: string }
  | { readonly kind: "growing"; readonly download: Download }
  | { readonly kind: "refused"; readonly status: number; readonly why: string };

/** What an archive is opened with. */
export interface ArchiveOptions {
  readonly folder: string;
  /** Absent: only what is there is served. */
  readonly mirror?: Mirror;
  /** For how long a list that was looked at is not looked at again. @default 30 */
  readonly freshSeconds?: number;
  /** For how long somebody who could have an older list waits for a newer one. @default 10 */
  readonly patienceSeconds?: number;
  /** Gets one line about every mirror that fails. */
  readonly log: (line: string) => void;
}

/**
 * Files of archives, each fetched once however many ask for it at the same time. What is fixed stays
 * for ever; whatever else is looked at again, and what is there serves while its mirror does not.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #underway = new Map<string, Promise<Found>>();
  readonly #lookedAt = new Map<string, number>();

  private constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /** Opens the archive of a folder; what a crash left of downloads is removed. */
  static async open(options: ArchiveOptions): Promise<Archive> {
    const archive = new Archive(options);
    await removeLeftovers(archive.#partialFolder);
    return archive;
  }

  /** Finds a file. */
  async find(file: PackageFile): Promise<Found> {
    const stored = { kind: "stored", path: this.#path(file) } as const;
    const fetched = this.#fetchOnce(file);
    if (file.isFixed || !(await modified(stored.path))) return fetched;
    const { patienceSeconds = 10 } = this.#options;
    const patience = delay(patienceSeconds * 1000, stored, { ref: false });
    return Promise.race([fetched, patience]);
  }

  /** Who asks for a file that somebody asked for already gets what that one gets. */
  #fetchOnce(file: PackageFile): Promise<Found> {
    const present = this.#underway.get(file.name);
    if (present) return present;
    const found = this.#fetch(file);
    this.#underway.set(file.name, found);
    void this.#forget(file, found);
    return found;
  }

  async #forget(file: PackageFile, found: Promise<Found>): Promise<void> {
    try {
      const result = await found;
      if (result.kind === "growing") await result.download.whole;
    } catch (error) {
      this.#log(file, error);
    } finally {
      this.#underway.delete(file.name);
    }
  }

  async #fetch(file: PackageFile): Promise<Found> {
    const stored = { kind: "stored", path: this.#path(file) } as const;
    const known = await modified(stored.path);
    if (known && (file.isFixed || this.#isFresh(file))) return stored;
    const found = await this.#ask(file, known);
    const isFailure = found.kind === "refused" && found.status >= 500;
    const result = known && isFailure ? stored : found;
    if (result.kind === "stored") this.#lookedAt.set(file.name, Date.now());
    return result;
  }

  async #ask(file: PackageFile, known: Date | undefined): Promise<Found> {
    const { mirror } = this.#options;
    if (!mirror) return refused(503, "not in the cache, which is offline");
    try {
      const answer = await mirror.ask(file.url, known);
      if (answer.statusCode === 200 && !isPage(answer))
        return await this.#download(file, answer);
      await answer.body.dump();
      return this.#planRefusal(file, answer);
    } catch (error) {
      this.#log(file, error);
      return refused(503, "the mirror does not answer");
    }
  }

  /** A list is given when it is whole, so that it never mixes with the one before. */
  async #download(file: PackageFile, answer: MirrorAnswer): Promise<Found> {
    const target = this.#path(file);
    const partial = path.join(this.#partialFolder, randomUUID());
    const ensure = (digest: string) => this.#ensure(file, digest, partial);
    const plan = { partial, target, ensure };
    const download = await Download.begin(answer, plan);
    if (file.isFixed) return { kind: "growing", download };
    await download.whole;
    return { kind: "stored", path: target };
  }

  async #ensure(
    file: PackageFile,
    digest: string,
    partial: string,
  ): Promise<void> {
    if (file.sha256 !== undefined && digest !== file.sha256)
      throw new Error(`what came has the hash ${digest}`);
    if (isSuite(file)) await this.#bringLists(file, partial);
  }

  /** What is there of a suite's lists is there of the newer suite too, before that one counts. */
  async #bringLists(suite: PackageFile, partial: string): Promise<void> {
    const before = await ignoreAbsent(readFile(this.#path(suite), "utf8"));
    if (before === undefined) return;
    const after = parseSuite(suite, await readFile(partial, "utf8"));
    const newer = new Map(after.map((list) => [list.path, list.file]));
    for (const list of parseSuite(suite, before)) {
      const file = newer.get(list.path);
      if (file && (await modified(this.#path(list.file))))
        await this.#bring(file);
    }
  }

  async #bring(file: PackageFile): Promise<void> {
    const found = await this.#fetchOnce(file);
    if (found.kind === "growing") await found.download.whole;
    if (found.kind === "refused") throw new Error(`${file.name}: ${found.why}`);
  }

  #planRefusal(file: PackageFile, { statusCode }: MirrorAnswer): Found {
    if (statusCode === 304) return { kind: "stored", path: this.#path(file) };
    if (statusCode === 200) return refused(502, "the mirror sent a page");
    return refused(statusCode, `the mirror says ${statusCode}`);
  }

  #isFresh(file: PackageFile): boolean {
    const { mirror, freshSeconds = 30 } = this.#options;
    const age = Date.now() - (this.#lookedAt.get(file.name) ?? -Infinity);
    return mirror === undefined || age < freshSeconds * 1000;
  }

  #log(file: PackageFile, error: unknown): void {
    this.#options.log(`${file.url.href}: ${String(error)}`);
  }

  #path(file: PackageFile): string {
    return path.join(this.#options.folder, "files", file.name);
  }

  get #partialFolder(): string {
    return path.join(this.#options.folder, "partial");
  }
}

function refused(status: number, why: string): Found {
  return { kind: "refused", status, why };
}

/** Pages are for people: a folder's listing, or the login of a network that lets nobody out yet. */
function isPage(answer: MirrorAnswer): boolean {
  return String(answer.headers["content-type"]).startsWith("text/html");
}

/**
 * When a stored file was changed last, as its mirror said; undefined when it is not there. A machine
 * that lost its power may leave an empty one.
 */
async function modified(file: string): Promise<Date | undefined> {
  const found = await ignoreAbsent(stat(file));
  return found?.isFile() && found.size > 0 ? found.mtime : undefined;
}

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/** Those of today may be of somebody else who has the same folder. */
async function removeLeftovers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await ignoreAbsent(stat(file));
    if (found && Date.now() - found.mtimeMs > dayInMilliseconds)
      await rm(file, { force: true });
  }
}
