import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { environment } from "../../toolchain/env.ts";

const program = `
const random = require("@pulumi/random");
const length = Number(process.env.LENGTH);
const password = new random.RandomPassword("password", { length });
const pet = new random.RandomPet("pet", { keepers: { length: String(length) } });
exports.password = password.result;
exports.pet = pet.id;
`;

const stackState = z.object({ checkpoint: z.unknown() });
const outputs = z.object({ password: z.string(), pet: z.string() });
type ChangeSummary = Record<string, number>;

let folder: string;
let variables: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flotilla-random-"));
  variables = {
    ...(await environment({ lab: "test" })),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
  };
  await writeFile(join(folder, "index.js"), program);
  await writeFile(
    join(folder, "Pulumi.yaml"),
    "name: random-contract\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  );
  await symlink(
    join(import.meta.dirname, "../../node_modules"),
    join(folder, "node_modules"),
  );
  await pulumi(["stack", "init", "contract"]);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function pulumi(words: string[], length = 20): Promise<string> {
  const { stdout } = await execa("pulumi", [...words, "--non-interactive"], {
    cwd: folder,
    env: { ...variables, LENGTH: String(length) },
    stdin: "ignore",
  });
  return stdout;
}

async function up(length: number): Promise<ChangeSummary> {
  const text = await pulumi(["up", "--yes", "--skip-preview", "--json"], length);
  return summaryOf(text);
}

function summaryOf(text: string): ChangeSummary {
  const events = text
    .split("\n")
    .filter((line) => line.includes("changeSummary"));
  return z
    .looseObject({
      changeSummary: z.record(z.string(), z.number()).optional(),
      summaryEvent: z
        .looseObject({ resourceChanges: z.record(z.string(), z.number()) })
        .optional(),
    })
    .parse(JSON.parse(events.at(-1) ?? text)).changeSummary ?? {};
}

async function readOutputs(): Promise<z.output<typeof outputs>> {
  const text = await pulumi(["stack", "output", "--json", "--show-secrets"]);
  return outputs.parse(JSON.parse(text));
}

it("x", async () => {
  const t = await pulumi(["up","--yes","--skip-preview","--json"],20); const o = await readOutputs(); console.log(o.password, t.split("\n").filter(l=>l.includes(o.password)).map(l=>l.slice(0,150)), t.slice(-200));
});
