import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  closedKeyMessage,
  closeKey,
  findOpenKey,
} from "../../components/config/key-mode.ts";
import { renderProblem } from "../../components/config/problem.ts";
import { fleetWith, Project } from "./project.ts";

const project = new Project();
const file = join(project.directory, "id");

afterAll(() => project.remove());
beforeEach(() => chmodSync(file, 0o644));
afterEach(() => {
  vi.restoreAllMocks();
});

test("a key file that others can read is found, and made its owner's alone", () => {
  const { open, problem } = findOpenKey(file, "id");
  expect([open, problem]).toEqual([
    { file, name: "id", mode: "0644" },
    undefined,
  ]);
  if (!open) throw new Error("not found");
  expect(closeKey(open)).toBeUndefined();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(closedKeyMessage(open)).toBe(
    'ssh.privateKeyFile: "id" could be read by others (mode 0644): its mode is 0600 now',
  );
  expect(findOpenKey(file, "id")).toEqual({});
});

test("a key file that only its owner can use is left as it is", () => {
  for (const mode of [0o400, 0o600, 0o700]) {
    chmodSync(file, mode);
    expect(findOpenKey(file, "id")).toEqual({});
  }
});

test("fails for the file of another user, which stays as it is", () => {
  const { uid } = statSync(file);
  vi.spyOn(process, "getuid").mockReturnValue(uid + 1);
  const problems = project.problems(fleetWith(["ssh", "privateKeyFile"], "id"));
  expect(problems).toEqual([
    `ssh.privateKeyFile: "id" can be read by others: its mode is 0644, and it belongs to another user (id ${uid})\n    → chmod 600 id, as its owner, or copy it to where only you can read it`,
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o644);
});

test("fails where the mode cannot be changed", () => {
  const gone = {
    file: join(project.directory, "gone"),
    name: "gone",
    mode: "0644",
  };
  const problem = closeKey(gone);
  expect(problem && renderProblem(problem)).toBe(
    'ssh.privateKeyFile: "gone" can be read by others: its mode is 0644, and it cannot be changed (ENOENT)\n    → chmod 600 gone, as its owner, or copy it to where only you can read it',
  );
});

test("a check alone repairs nothing", () => {
  expect(project.problems(fleetWith(["ssh", "privateKeyFile"], "id"))).toEqual(
    [],
  );
  expect(statSync(file).mode & 0o777).toBe(0o644);
});
