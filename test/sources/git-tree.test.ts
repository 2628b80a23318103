import { expect, test } from "vitest";
import { mostBytes, mostFiles } from "../../components/config/site-content.ts";
import {
  parseTree,
  treeFault,
  type TreeEntry,
} from "../../components/sources/git-tree.ts";

const id = "d".repeat(40);
const file: TreeEntry = { mode: "100644", id, bytes: 20, path: "index.html" };

test("a listing has modes, sizes and names with any character", () => {
  const listing = [
    `100644 blob ${id}      20\tindex.html`,
    `120000 blob ${id}       7\ta b\tc\nd`,
    `160000 commit ${id}       -\ttheme`,
    "",
  ].join("\0");
  expect(parseTree(listing)).toEqual([
    file,
    { mode: "120000", id, bytes: 7, path: "a b\tc\nd" },
    { mode: "160000", id, bytes: 0, path: "theme" },
  ]);
});

test.each([
  ["too many files", Array<TreeEntry>(mostFiles + 1).fill(file), /10000 files/],
  ["too many bytes", [{ ...file, bytes: mostBytes + 1 }], /512 MiB/],
  ["a submodule", [{ ...file, mode: "160000" }], /submodule index\.html/],
  ["another encoding", [{ ...file, path: "caf\ufffd" }], /not UTF-8/],
])("fails for %s before anything is written", (_, entries, rule) => {
  expect(treeFault(entries)?.rule).toMatch(rule);
});

test("as much as a site may have is accepted", () => {
  const entries = Array<TreeEntry>(mostFiles).fill({ ...file, bytes: 1 });
  expect(treeFault(entries)).toBeUndefined();
});
