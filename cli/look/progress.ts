import process from "node:process";
import colors from "picocolors";

const eraseLine = "\r\u001b[2K";

/** One line on a terminal's stderr that says who has not answered yet; nothing anywhere else. */
export class LookProgress {
  readonly #waiting: Set<string>;
  readonly #total: number;
  readonly #isShown = process.stderr.isTTY && !process.env["CI"];

  constructor(names: readonly string[]) {
    this.#waiting = new Set(names);
    this.#total = names.length;
    this.#show();
  }

  /** A host has answered, or did not. */
  isDone(name: string): void {
    this.#waiting.delete(name);
    this.#show();
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) process.stderr.write(eraseLine);
  }

  #show(): void {
    if (!this.#isShown) return;
    const done = this.#total - this.#waiting.size;
    const names = [...this.#waiting].slice(0, 3).join(", ");
    const more = this.#waiting.size > 3 ? " …" : "";
    const text = `looked at ${done} of ${this.#total} hosts  ${names}${more}`;
    process.stderr.write(`${eraseLine}${colors.dim(text)}`);
  }
}
