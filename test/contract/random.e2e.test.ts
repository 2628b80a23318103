import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { EngineProject } from "./engine-project.ts";

const program = `
const random = require("@pulumi/random");
const length = Number(process.env.LENGTH);
const password = new random.RandomPassword("password", { length });
const pet = new random.RandomPet("pet", { keepers: { length: String(length) } });
exports.password = password.result;
exports.pet = pet.id;
`;

const outputs = z.object({ password: z.string(), pet: z.string() });

let project: EngineProject;

beforeAll(async () => {
  project = await EngineProject.open("random", program, { LENGTH: "20" });
});

afterAll(async () => {
  await project.close();
});

async function readOutputs(): Promise<z.output<typeof outputs>> {
  const text = await project.pulumi([
    "stack",
    "output",
    "--json",
    "--show-secrets",
  ]);
  return outputs.parse(JSON.parse(text));
}

it("makes a password that the state keeps as a secret, once, and replaces it when its length changes", async () => {
  expect(await project.changesOf("up")).toEqual({ create: 3 });
  const first = await readOutputs();
  expect(first.password).toHaveLength(20);
  const state = await project.pulumi(["stack", "export"]);
  expect(state).not.toContain(first.password);
  expect(state).toContain(first.pet);

  expect(await project.changesOf("up")).toEqual({ same: 3 });
  expect(await project.changesOf("refresh")).toEqual({ same: 3 });
  expect(await readOutputs()).toEqual(first);

  const longer = { LENGTH: "24" };
  expect(await project.changesOf("up", longer)).toEqual({
    same: 1,
    replace: 2,
  });
  const second = await readOutputs();
  expect(second.password).toHaveLength(24);
  expect(second.pet).not.toBe(first.pet);

  expect(await project.changesOf("destroy", longer)).toEqual({
    delete: 3,
  });
});
