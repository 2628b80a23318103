import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");

test.each(["README.md", "docs/importing.md"])(
  "the program that %s shows is the one that end-to-end tests run",
  (page) => {
    const text = readFileSync(path.join(root, page), "utf8");
    const shown = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(
      ([, program]) => program,
    );
    const file = path.join(root, "test/e2e/import/shop/index.ts");
    expect(shown).toEqual([readFileSync(file, "utf8")]);
  },
);
