import { describe, expect, test } from "vitest";
import {
  chooseCommit,
  isCommit,
  missingRefFault,
  parseRefs,
} from "../../components/sources/git-refs.ts";

const [one, two, tag] = ["1", "2", "3"].map((digit) => digit.repeat(40));
const listing = [
  `${one}\tHEAD`,
  `${one}\trefs/heads/main`,
  `${two}\trefs/heads/feature/refs/heads/main`,
  `${two}\trefs/remotes/origin/HEAD`,
  `${tag}\trefs/tags/v1`,
  `${two}\trefs/tags/v1^{}`,
  `${one}\trefs/tags/main2`,
  "warning: something else",
  "",
].join("\n");
const refs = parseRefs(listing);

describe("a ref", () => {
  test.each([
    [undefined, one],
    ["HEAD", one],
    ["main", one],
    ["v1", two],
    ["refs/tags/v1", two],
    ["feature/refs/heads/main", two],
    ["origin/HEAD", undefined],
    ["v1^{}", undefined],
  ])("%s stands for its commit and for no other", (ref, commit) => {
    expect(chooseCommit(refs, ref)).toBe(commit);
  });

  test("that is a branch and a tag of one commit is that commit", () => {
    const both = parseRefs(`${one}\trefs/heads/x\n${one}\trefs/tags/x\n`);
    expect(chooseCommit(both, "x")).toBe(one);
  });

  test("fails where branch and tag differ, and names both", () => {
    const both = parseRefs(`${one}\trefs/heads/x\n${two}\trefs/tags/x\n`);
    expect(chooseCommit(both, "x")).toMatchObject({
      key: "ref",
      hint: 'write "refs/heads/x" or "refs/tags/x"',
    });
  });
});

test.each([
  ["a".repeat(40), true],
  ["a".repeat(64), true],
  ["a".repeat(41), false],
  ["A".repeat(40), false],
  ["abcdef1", false],
])("%s is a commit: %s", (ref, expected) => {
  expect(isCommit(ref)).toBe(expected);
});

test("fails for a repository with branches and no default one by naming some", () => {
  const many = Array.from({ length: 9 }, (_, i) => `${one}\trefs/heads/b${i}`);
  expect(missingRefFault(undefined, parseRefs(many.join("\n")))).toMatchObject({
    rule: "is missing, and the repository has no default branch",
    hint: 'name one of "b0", "b1", "b2", "b3", "b4", …',
  });
});
