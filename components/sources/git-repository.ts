import { mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { mostBytes } from "../config/site-content.ts";
import {
  GitMissing,
  leastVersion,
  runGit,
  tooOld,
  type GitResult,
} from "./git-command.ts";
import { GitFailure } from "./git-error.ts";
import { faultOf, timeoutFault, type GitAccess } from "./git-fault.ts";
import {
  chooseCommit,
  isCommit,
  missingRefFault,
  namesOf,
  parseRefs,
  type Refs,
} from "./git-refs.ts";

const answerSeconds = 30;
const fetchSeconds = 600;
const localSeconds = 120;

/** What a repository is opened with. */
export interface GitRepositoryArgs {
  readonly url: string;
  readonly access: GitAccess;
  /** As `planGitEnvironment` gives it; its `GIT_DIR` is made anew. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A bare repository in a folder of its own, and the way to the one that it gets commits from. */
export class GitRepository {
  readonly #args: GitRepositoryArgs;

  constructor(args: GitRepositoryArgs) {
    this.#args = args;
  }

  /** The commit that a ref stands for now. */
  async resolve(ref: string | undefined): Promise<string> {
    await this.#ensureGit();
    await this.#init("sha1");
    if (ref !== undefined && isCommit(ref)) return ref;
    const names = namesOf(ref);
    const found = chooseCommit(
      await this.#list([...names, ...names.map((name) => `${name}^{}`)]),
      ref,
    );
    if (typeof found === "string") return found;
    throw new GitFailure(found ?? missingRefFault(ref, await this.#list([])));
  }

  /** Gets one commit with its files, and nothing that came before it. */
  async fetch(commit: string): Promise<void> {
    await this.#init(commit.length === 64 ? "sha256" : "sha1");
    const tooMuch = new AbortController();
    const watch = setInterval(() => {
      void sizeBelow(this.folder).then((bytes) => {
        if (bytes > mostBytes) tooMuch.abort();
      });
    }, 500);
    try {
      const words = "fetch --quiet --depth=1 --no-tags --no-auto-gc";
      await this.#remote([...words.split(" "), "--", this.#args.url, commit], {
        timeoutSeconds: fetchSeconds,
        signal: tooMuch.signal,
      });
    } finally {
      clearInterval(watch);
    }
  }

  /** Where the repository lies. */
  get folder(): string {
    return this.#args.environment["GIT_DIR"] ?? "";
  }

  /** Runs a command that goes nowhere and must succeed; returns what it printed. */
  async local(
    words: readonly string[],
    more: { environment?: Record<string, string>; input?: string } = {},
  ): Promise<string> {
    const result = await this.try(words, more);
    if (result.ok) return result.stdout;
    throw new Error(`git ${words.join(" ")}: ${result.stderr.trim()}`);
  }

  /** Runs a command that goes nowhere and may fail. */
  async try(
    words: readonly string[],
    more: { environment?: Record<string, string>; input?: string } = {},
  ): Promise<GitResult> {
    return runGit(words, {
      environment: { ...this.#args.environment, ...more.environment },
      timeoutSeconds: localSeconds,
      ...(more.input !== undefined && { input: more.input }),
    });
  }

  async #init(format: "sha1" | "sha256"): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { mode: 0o700 });
    const words = ["init", "--quiet", "--bare", "--template="];
    await this.local([...words, `--object-format=${format}`]);
  }

  async #list(patterns: readonly string[]): Promise<Refs> {
    const kinds = patterns.length === 0 ? ["--heads", "--tags"] : [];
    const { stdout } = await this.#remote(
      ["ls-remote", "--quiet", ...kinds, "--", this.#args.url, ...patterns],
      { timeoutSeconds: answerSeconds },
    );
    return parseRefs(stdout);
  }

  async #remote(
    words: readonly string[],
    how: { timeoutSeconds: number; signal?: AbortSignal },
  ): Promise<GitResult> {
    const { environment, access } = this.#args;
    const result = await runGit(words, { environment, ...how });
    if (result.ok) return result;
    if (how.signal?.aborted) throw new GitFailure(tooMuchFault);
    throw new GitFailure(
      result.timedOut
        ? timeoutFault(how.timeoutSeconds)
        : faultOf(result.stderr, access),
    );
  }

  async #ensureGit(): Promise<void> {
    const hint = `install git ${leastVersion} or newer on the machine that runs Pulumi; hosts need none`;
    try {
      const old = tooOld(await this.local(["version"]));
      if (old === undefined) return;
      const rule = `needs git ${leastVersion} or newer, and this machine has ${old}`;
      throw new GitFailure({ key: "url", rule, hint });
    } catch (error) {
      if (!(error instanceof GitMissing)) throw error;
      const rule = "needs git, which this machine lacks";
      throw new GitFailure({ key: "url", rule, hint });
    }
  }
}

const tooMuchFault = {
  key: "url",
  rule: "holds more than 512 MiB in one commit",
  hint: "publish from a smaller repository",
} as const;

/** Bytes of what git is writing: packs, finished and not. */
async function sizeBelow(folder: string): Promise<number> {
  const packs = path.join(folder, "objects", "pack");
  const names = await readdir(packs).catch(() => []);
  const sizes = names.map((name) =>
    stat(path.join(packs, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
