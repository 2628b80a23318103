import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  childrenOf,
  isInit,
  isRunning,
  killAndWait,
  parseIdentity,
  readRunning,
} from "../../lab/process.ts";

const recorded = path.join(import.meta.dirname, "../../lab/boot/recorded.sh");

let folder: string;
let record: string;
let child: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-lab-"));
  record = path.join(folder, "one.process");
  child = spawn(recorded, [record, "sh", "-c", "echo started; exec sleep 60"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error("no output to wait for");
  await once(child.stdout, "data");
});

afterEach(async () => {
  child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

test("a recorded program is the process that was started", () => {
  expect(readRunning(record)?.pid).toBe(child.pid);
  expect(childrenOf(process.pid)).toContain(child.pid);
  expect(isInit(child.pid ?? 0)).toBe(false);
});

test("killing waits until exactly that process is gone", async () => {
  const identity = readRunning(record);
  if (!identity) throw new Error("the record is not read");
  await killAndWait(identity);
  expect(isRunning(identity)).toBe(false);
  expect(readRunning(record)).toBeUndefined();
});

test("a process that took over the pid, or ran before the machine's boot, is not ours", async () => {
  const text = await readFile(record, "utf8");
  const [pid, start, boot] = text.trim().split(" ");
  await writeFile(record, `${pid} ${Number(start) - 1} ${boot}\n`);
  expect(readRunning(record)).toBeUndefined();
  await writeFile(
    record,
    `${pid} ${start} 00000000-0000-0000-0000-000000000000\n`,
  );
  expect(readRunning(record)).toBeUndefined();
  await writeFile(record, text);
  expect(readRunning(record)).toBeDefined();
});

test.each(["", "12", "12 34", "x 1 a-b", "1 2 3 4", "1 2 a; rm"])(
  "fails to read a record that holds %j",
  (text) => {
    expect(parseIdentity(text)).toBeUndefined();
  },
);
