import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** One attempt, as a line of the record: how it ended, seconds, name. */
interface Attempt {
  readonly name: string;
  readonly isOk: boolean;
}

/** What was tried; in a file where one is given: the next run goes on with the rest. */
export class SweepRecord {
  readonly #file: string | undefined;
  readonly #held = new Set<string>();

  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Names of what was tried and held. */
  async done(): Promise<ReadonlySet<string>> {
    const attempts = await this.#read();
    const earlier = attempts.filter(({ isOk }) => isOk);
    return new Set([...this.#held, ...earlier.map(({ name }) => name)]);
  }

  add(name: string, isOk: boolean, seconds: number): void {
    const line = `${isOk ? "ok" : "failed"}\t${seconds.toFixed(0)}\t${name}\n`;
    if (isOk) this.#held.add(name);
    if (this.#file) appendFileSync(this.#file, line);
  }

  async #read(): Promise<Attempt[]> {
    if (!this.#file) return [];
    const text = await readFile(this.#file, "utf8").catch(() => "");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [result, , name = ""] = line.split("\t");
        return { name, isOk: result === "ok" };
      });
  }
}
