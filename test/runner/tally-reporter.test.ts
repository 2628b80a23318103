import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./stage.ts";

const tests = `
import { describe, expect, it } from "${root}/node_modules/vitest/dist/index.js";
describe("group", () => {
  it("passes", () => expect(1).toBe(1));
  it("fails", () => expect(1).toBe(2));
  it("explains", (context) => context.skip("needs root"));
  it.skip("is silent", () => undefined);
  it.todo("is a plan");
});
`;

const config = `
import { TallyReporter } from "${root}/test/runner/tally-reporter.ts";
export default { test: { reporters: [new TallyReporter("tally.json")] } };
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flotilla-tally-"));
  await writeFile(join(folder, "vitest.config.mjs"), config);
  await writeFile(join(folder, "a.test.mjs"), tests);
  await writeFile(
    join(folder, "b.test.mjs"),
    'throw new Error("no such file");\n',
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

it("a tally of vitest knows every way in which a test can end", async () => {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { exitCode } = await execa(process.execPath, [vitest, "run"], {
    cwd: folder,
    reject: false,
  });
  expect(exitCode).toBe(1);
  const text = await readFile(join(folder, "tally.json"), "utf8");
  expect(JSON.parse(text)).toEqual({
    passed: 1,
    failures: ["a.test.mjs: group > fails", "b.test.mjs: no such file"],
    skips: [
      { name: "a.test.mjs: group > explains", reason: "needs root" },
      { name: "a.test.mjs: group > is silent", reason: "" },
      { name: "a.test.mjs: group > is a plan", reason: "" },
    ],
  });
}, 30_000);
