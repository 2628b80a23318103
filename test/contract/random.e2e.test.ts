import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
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

const outputs = z.object({ password: z.string(), pet: z.string() });
const summary = z.object({
  summaryEvent: z.looseObject({
    resourceChanges: z.record(z.string(), z.number()),
  }),
});

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

/** What an operation did: step → number of resources. */
async function changesOf(
  words: string[],
  length = 20,
): Promise<Record<string, number>> {
  const events = await pulumi([...words, "--yes", "--json"], length);
  const line = events.split("\n").find((text) => text.includes("summaryEvent"));
  return summary.parse(JSON.parse(line ?? "")).summaryEvent.resourceChanges;
}

const up = (length?: number) => changesOf(["up", "--skip-preview"], length);

async function readOutputs(): Promise<z.output<typeof outputs>> {
  const text = await pulumi(["stack", "output", "--json", "--show-secrets"]);
  return outputs.parse(JSON.parse(text));
}

it("makes a password that the state keeps as a secret, once, and replaces it when its length changes", async () => {
  expect(await up()).toEqual({ create: 3 });
  const first = await readOutputs();
  expect(first.password).toHaveLength(20);
  const state = await pulumi(["stack", "export"]);
  expect(state).not.toContain(first.password);
  expect(state).toContain(first.pet);

  expect(await up()).toEqual({ same: 3 });
  expect(await changesOf(["refresh", "--skip-preview"])).toEqual({ same: 3 });
  expect(await readOutputs()).toEqual(first);

  expect(await up(24)).toEqual({ same: 1, replace: 2 });
  const second = await readOutputs();
  expect(second.password).toHaveLength(24);
  expect(second.pet).not.toBe(first.pet);

  expect(await changesOf(["destroy", "--skip-preview"], 24)).toEqual({
    delete: 3,
  });
});
