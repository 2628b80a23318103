import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** One process and no other: a pid is reused, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's boot to the start of the process. */
  readonly startTicks: string;
  readonly bootId: string;
}

/** Reads the line `PID STARTTICKS BOOTID` that a process wrote about itself. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^(\d+) (\d+) ([0-9a-f-]+)\n?$/.exec(text);
  const [, pid, startTicks, bootId] = match ?? [];
  if (pid === undefined || startTicks === undefined || bootId === undefined)
    return undefined;
  return { pid: Number(pid), startTicks, bootId };
}

/** The recorded process, if exactly that one still runs. */
export function readRunning(recordFile: string): ProcessIdentity | undefined {
  const text = readOrUndefined(recordFile);
  const identity = text === undefined ? undefined : parseIdentity(text);
  return identity !== undefined && isRunning(identity) ? identity : undefined;
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (
    readOrUndefined("/proc/sys/kernel/random/boot_id")?.trim() !==
    identity.bootId
  )
    return false;
  const fields = statFields(identity.pid);
  return fields?.[0] !== "Z" && fields?.[19] === identity.startTicks;
}

/** Children of a process, as the kernel lists them. */
export function childrenOf(pid: number): number[] {
  const text = readOrUndefined(`/proc/${pid}/task/${pid}/children`) ?? "";
  return text.split(" ").filter(Boolean).map(Number);
}

/** Whether a process is the first of its own pid namespace: a container's init. */
export function isInit(pid: number): boolean {
  const status = readOrUndefined(`/proc/${pid}/status`) ?? "";
  return /^NSpid:\t\d+.*\t1$/m.test(status);
}

/** Kills a process if it is still the recorded one, and waits until it is gone. */
export async function killAndWait(
  identity: ProcessIdentity,
  deadlineSeconds = 10,
): Promise<void> {
  if (isRunning(identity)) sendKill(identity.pid);
  const end = Date.now() + deadlineSeconds * 1000;
  while (isRunning(identity)) {
    if (Date.now() > end)
      throw new Error(`process ${identity.pid} does not end`);
    await delay(10);
  }
}

/** Sends SIGKILL; a process that is gone already is no error. */
export function sendKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Fields of /proc/PID/stat from the third on; the second, the name, may hold anything. */
function statFields(pid: number): string[] | undefined {
  const text = readOrUndefined(`/proc/${pid}/stat`);
  return text
    ?.slice(text.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
