import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  and,
  command,
  lines,
  pipe,
  quote,
  secret,
} from "../../provider/commands/index.ts";

/** Runs a command line in a real shell and gives back the arguments that it passed on. */
function argumentsSeen(shell: string, words: readonly string[]): string[] {
  const line = command("printf", quote("%s\\0"), ...words.map(quote)).toShell();
  const output = execFileSync(shell, ["-c", line]);
  return output.toString("utf8").split("\0").slice(0, -1);
}

test.each(["bash", "sh"])(
  "every text without NUL survives a round trip through %s",
  (shell) => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({
        unit: fc.constantFrom(
          ...Array.from("'\"\\$`!*?~#;&|<>(){}[] \t\r\n%-=a"),
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (words) => {
        const clean = words.map((word) =>
          word.replaceAll("\0", "").toWellFormed(),
        );
        expect(argumentsSeen(shell, clean)).toEqual(clean);
      }),
      { numRuns: 60 },
    );
  },
);

test("fails to quote NUL", () => {
  expect(() => command("echo", quote("a\0b")).toShell()).toThrow(
    "an argument cannot hold NUL",
  );
});

test.each(["a b", "$HOME", "a;b", "it's", "", "*", "~/x"])(
  "fails to take %j as a literal word",
  (word) => {
    expect(() => command("echo", word)).toThrow("is no literal word");
  },
);

test("a command is shown without its secrets and run with them", () => {
  const login = command("login", quote("a b"), secret("hunter2"));
  expect(String(login)).toBe("login 'a b' [secret]");
  expect(login.toShell()).toBe("login 'a b' 'hunter2'");
  expect(`${JSON.stringify({ login })}${String(login)}`).not.toContain(
    "hunter2",
  );
});

test("combinators join what the shell runs and what people read", () => {
  const first = command("printf", secret("b\na\n"));
  const second = command("sort");
  expect(String(and(first, second))).toBe("printf [secret] && sort");
  expect(String(lines(first, second))).toBe("printf [secret]\nsort");
  const sorted = execFileSync("bash", ["-c", pipe(first, second).toShell()]);
  expect(sorted.toString()).toBe("a\nb\n");
});
