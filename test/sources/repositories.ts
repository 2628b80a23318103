import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A repository that is worked in, and its bare copy that is served. */
export class TestRepository {
  readonly #work: string;
  readonly #bare: string;

  constructor(root: string, name: string, options: readonly string[] = []) {
    this.#work = path.join(root, `${name}.work`);
    this.#bare = path.join(root, `${name}.git`);
    mkdirSync(this.#work, { recursive: true });
    this.git("init", "--quiet", "--initial-branch=main", ...options);
    execFileSync("git", ["init", "--quiet", "--bare", ...options, this.#bare]);
    // Whatever its own default branch is called.
    execFileSync("git", [
      ...["-C", this.#bare, "symbolic-ref"],
      ...["HEAD", "refs/heads/main"],
    ]);
  }

  /** Runs git in the work tree, as somebody who has configured nothing. */
  git(...words: string[]): string {
    return execFileSync("git", words, {
      cwd: this.#work,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_NAME: "Test",
        GIT_AUTHOR_EMAIL: "test@fleet.test",
        GIT_COMMITTER_NAME: "Test",
        GIT_COMMITTER_EMAIL: "test@fleet.test",
      },
    }).trim();
  }

  write(name: string, content: string | Buffer): void {
    const file = path.join(this.#work, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  makeFolder(name: string): void {
    mkdirSync(path.join(this.#work, name));
  }

  remove(name: string): void {
    rmSync(path.join(this.#work, name), { recursive: true });
  }

  link(name: string, target: string): void {
    symlinkSync(target, path.join(this.#work, name));
  }

  /** Commits everything, and serves it; returns the commit. */
  commit(message = "change"): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", message);
    this.push();
    return this.git("rev-parse", "HEAD");
  }

  /** Makes the bare copy equal, branches and tags. */
  push(): void {
    this.git("push", "--quiet", "--force", "--mirror", this.#bare);
  }
}
