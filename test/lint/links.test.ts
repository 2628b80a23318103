import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const pages = ["README.md", ...pagesIn("docs")];

function pagesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => name.endsWith(".md"));
}

/** Where the links of a page lead within the project. */
function targetsOf(page: string): string[] {
  const text = readFileSync(path.join(root, page), "utf8");
  return [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => path.join(path.dirname(page), target));
}

test.each(pages)("the links of %s lead to something", (page) => {
  const lost = targetsOf(page).filter(
    (target) => !existsSync(path.join(root, target)),
  );
  expect(lost).toEqual([]);
});

test("every page of docs/ is found from README.md", () => {
  const found = targetsOf("README.md");
  const pagesOfDocs = pages.filter((page) => /^docs\/[^/]+$/.test(page));
  expect(found).toEqual(expect.arrayContaining(pagesOfDocs));
});
