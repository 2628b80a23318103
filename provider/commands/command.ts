import { quoteWord } from "./quote.ts";

const mask = "[secret]";

/** A word whose text comes from data. */
export interface DataWord {
  readonly text: string;
  readonly isSecret: boolean;
}

/** A word that is safe for any text. */
export function quote(text: string): DataWord {
  return { text, isSecret: false };
}

/** A quoted word that `toString` masks. */
export function secret(text: string): DataWord {
  return { text, isSecret: true };
}

/** A shell command as data: rendered for the shell by `toShell`, for people by `toString`, which masks secrets. */
export class Command {
  readonly #shell: string;
  readonly #display: string;

  constructor(shell: string, display: string) {
    this.#shell = shell;
    this.#display = display;
  }

  /** Text for a shell. Holds secrets: never for a log. */
  toShell(): string {
    return this.#shell;
  }

  /** Text for people. */
  toString(): string {
    return this.#display;
  }
}

/** A command from literal words, which may need no quoting, and data words, which are always quoted. */
export function command(...words: readonly (string | DataWord)[]): Command {
  return new Command(
    words.map(renderWord).join(" "),
    words.map(displayWord).join(" "),
  );
}

/** Each command on success of the one before. */
export function and(...commands: readonly Command[]): Command {
  return join(commands, " && ");
}

/** The output of each command into the next one. */
export function pipe(...commands: readonly Command[]): Command {
  return join(commands, " | ");
}

/** One command a line. */
export function lines(...commands: readonly Command[]): Command {
  return join(commands, "\n");
}

function join(commands: readonly Command[], separator: string): Command {
  return new Command(
    commands.map((one) => one.toShell()).join(separator),
    commands.map(String).join(separator),
  );
}

function renderWord(word: string | DataWord): string {
  if (typeof word !== "string") return quoteWord(word.text);
  if (!/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) {
    throw new Error(`'${word}' is no literal word: quote it`);
  }
  return word;
}

function displayWord(word: string | DataWord): string {
  if (typeof word === "string") return word;
  if (word.isSecret) return mask;
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word.text)
    ? word.text
    : quoteWord(word.text);
}
