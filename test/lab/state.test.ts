import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  loadNeighbour,
  loadState,
  parseState,
  saveState,
} from "../../lab/state.ts";

const state = {
  version: 1,
  range: "10.86.0.0/16",
  subnet: 2,
  hosts: {
    "web-1": {
      number: 11,
      disk: { image: "/i/root", folder: "/d", instanceId: "i-1" },
    },
    "db-1": { number: 12, cpus: 2 },
  },
} as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-lab-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("what was saved is what is loaded, readable by its owner alone", async () => {
  await saveState(folder, state);
  expect(await loadState(folder)).toEqual(state);
  expect((await stat(path.join(folder, "lab.json"))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["lab.json"]);
});

test("a lab that was never started has no state", async () => {
  expect(await loadState(folder)).toBeUndefined();
});

test.each([
  ["{", "lab.json is not JSON. Remove its folder to start over."],
  ["{}", "✖ Invalid input: expected 1"],
  [JSON.stringify({ ...state, colour: 1 }), 'Unrecognized key: "colour"'],
  [JSON.stringify({ ...state, subnet: 256 }), "→ at subnet"],
  [
    JSON.stringify({ ...state, hosts: { a: { number: 1 } } }),
    "→ at hosts.a.number",
  ],
  [JSON.stringify({ ...state, range: "8.8.0.0/16" }), "must be private"],
])("fails on a state file that holds %s", async (text, message) => {
  expect(() => parseState(text, "lab.json")).toThrow(message);
  await writeFile(path.join(folder, "lab.json"), text);
  await expect(loadState(folder)).rejects.toThrow(message);
});

test("a lab that a later version wrote is in nobody's way", async () => {
  const disk = { image: "/i/root", folder: "/d", instanceId: "i-1", over: 1 };
  const later = { ...state, version: 2, hosts: { a: { number: 2, disk } } };
  await writeFile(path.join(folder, "lab.json"), JSON.stringify(later));
  await expect(loadState(folder)).rejects.toThrow("version");
  expect(await loadNeighbour(folder)).toEqual({
    subnet: 2,
    hosts: { a: { disk: { image: "/i/root" } } },
  });
});
