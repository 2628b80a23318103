import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";

// The rules are asked about files that do not exist, so nothing here may need their types.
const eslint = new ESLint({
  overrideConfig: [
    {
      ...tseslint.configs.disableTypeChecked,
      files: ["**/*.ts"],
      languageOptions: { parserOptions: { projectService: false } },
    },
  ],
});

async function brokenRules(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? []).map(
    ({ ruleId, message }) => ruleId ?? message,
  );
}

const direction = "import-x/no-restricted-paths";
const noImport = "no-restricted-imports";

describe("the import-direction rule", () => {
  it.each([
    ["components/host.ts", "../provider/server/property.ts", direction],
    ["components/host.ts", "../toolchain/cache.ts", direction],
    ["components/host.ts", "../lab/index.ts", direction],
    ["components/config/host.ts", "../index.ts", direction],
    ["stacks/index.ts", "../provider/server/property.ts", direction],
    ["provider/server/read.ts", "../../components/index.ts", direction],
    ["provider/operations/file.ts", "../ssh/pool.ts", direction],
    ["provider/facts/file.ts", "../server/property.ts", direction],
    ["manifest/items.ts", "../provider/server/property.ts", direction],
    ["cli/quickstart.ts", "../components/index.ts", undefined],
    ["test/a.test.ts", "../provider/server/property.ts", undefined],
    ["components/host.ts", "../manifest/manifest.ts", undefined],
    ["provider/server/read.ts", "../../manifest/manifest.ts", undefined],
    ["components/host.ts", "ssh2", noImport],
    ["components/host.ts", "node:net", noImport],
    ["components/host.ts", "child_process", noImport],
    ["components/sources/git-source.ts", "node:child_process", noImport],
    ["components/sources/git-command.ts", "node:child_process", undefined],
    ["components/sources/git-command.ts", "../fleet.ts", direction],
    ["components/fleet.ts", "./sources/git-source.ts", undefined],
    ["components/config/check.ts", "../sources/git-source.ts", direction],
    ["components/site.ts", "node:fs", undefined],
    ["components/host.ts", "../cloud-init/render.ts", undefined],
    ["components/config/host.ts", "../../cloud-init/render.ts", direction],
    ["cloud-init/render.ts", "../components/index.ts", direction],
    ["cloud-init/render.ts", "node:child_process", noImport],
    ["provider/facts/file.ts", "node:fs", noImport],
    ["provider/operations/file.ts", "node:child_process", noImport],
    ["provider/operations/file.ts", "ssh2", noImport],
    ["provider/operations/file.ts", "node:crypto", undefined],
  ])("of %s importing %s says %s", async (file, target, rule) => {
    const code = `import * as target from "${target}";\nexport { target };\n`;
    expect(await brokenRules(file, code)).toEqual(rule ? [rule] : []);
  });
});

describe("the other rules", () => {
  it.each([
    ["export default 1;", "import-x/no-default-export"],
    ["export const a: any = 1;", "@typescript-eslint/no-explicit-any"],
    ["export const a = [1][0]!;", "@typescript-eslint/no-non-null-assertion"],
    ['console.log("x");', "no-console"],
  ])("refuse %s", async (code, rule) => {
    expect(await brokenRules("components/host.ts", code)).toContain(rule);
  });

  it("let a configuration file have its default export", async () => {
    expect(await brokenRules("vitest.config.ts", "export default 1;")).toEqual(
      [],
    );
  });
});
