import { describe, expect, test } from "vitest";
import { withPlugin } from "../../../cli/install/project-file.ts";

const folder = "node_modules/flotilla/dist/provider";

const project = `# A shop.
name: shop # its name
runtime: nodejs
`;

const entry = `    - name: flotilla
      path: ${folder}
`;

describe("the plugin is named", () => {
  test.each([
    {
      name: "where there are no plugins yet",
      before: project,
      after: `${project}plugins:\n  providers:\n${entry}`,
    },
    {
      name: "where `plugins` is empty",
      before: `${project}plugins:\n`,
      after: `${project}plugins:\n  providers:\n${entry}`,
    },
    {
      name: "beside others, which keep their comments",
      before: `${project}plugins:\n  # ours\n  providers:\n    - name: own # of our own\n      path: own\n`,
      after: `${project}plugins:\n  # ours\n  providers:\n    - name: own # of our own\n      path: own\n${entry}`,
    },
    {
      name: "at another place than before",
      before: `${project}plugins:\n  providers:\n    - name: flotilla # moved\n      path: ../old\n`,
      after: `${project}plugins:\n  providers:\n    - name: flotilla # moved\n      path: ${folder}\n`,
    },
    {
      name: "where Pulumi keeps analyzers",
      before: `${project}plugins:\n  analyzers:\n    - name: policy\n      path: policy\n`,
      after: `${project}plugins:\n  analyzers:\n    - name: policy\n      path: policy\n  providers:\n${entry}`,
    },
  ])("$name", ({ before, after }) => {
    expect(withPlugin(before, folder)).toBe(after);
    expect(withPlugin(after, folder)).toBe(after);
  });
});

test("a file that names it already keeps every byte", () => {
  const text = `name:   "shop"\nplugins: { providers: [ {name: flotilla, path: ${folder}} ] }\n`;
  expect(withPlugin(text, folder)).toBe(text);
});

describe("fails, with the reason, on a file", () => {
  test.each([
    ["that is no YAML", "name: [", "Pulumi.yaml cannot be read"],
    ["that is a list", "- name\n", "it is no mapping"],
    [
      "whose plugins are no list",
      "plugins:\n  providers: flotilla\n",
      "plugins.providers is no list",
    ],
  ])("%s", (_, text, message) => {
    expect(() => withPlugin(text, folder)).toThrow(message);
  });
});
