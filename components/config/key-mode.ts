import { chmodSync, statSync } from "node:fs";
import { show, type Problem } from "./problem.ts";

/** A private key file of the user's own that others can read. */
export interface OpenKey {
  /** The file, absolute. */
  readonly file: string;
  /** As the configuration names it. */
  readonly name: string;
  /** Four octal digits. */
  readonly mode: string;
}

/** Whether others can read a private key file: `open` is the user's to repair, `problem` is somebody else's file. */
export function findOpenKey(
  file: string,
  name: string,
): { readonly open?: OpenKey; readonly problem?: Problem } {
  const { uid } = statSync(file);
  const mode = modeOf(file);
  if (mode.endsWith("00")) return {};
  const me = process.getuid?.();
  if (me === undefined || uid === me) return { open: { file, name, mode } };
  const rule = `can be read by others: its mode is ${mode}, and it belongs to another user (id ${uid})`;
  return { problem: problemOf(name, rule) };
}

/** Makes a key file its owner's alone; a file system without modes is a problem. */
export function closeKey({ file, name, mode }: OpenKey): Problem | undefined {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return problemOf(name, stays(mode, code ?? "refused"));
  }
  if (modeOf(file).endsWith("00")) return undefined;
  return problemOf(name, stays(mode, "the file system keeps no modes"));
}

/** What was done, for the user to read. */
export function closedKeyMessage({ name, mode }: OpenKey): string {
  return `ssh.privateKeyFile: ${show(name)} could be read by others (mode ${mode}): its mode is 0600 now`;
}

function stays(mode: string, reason: string): string {
  return `can be read by others: its mode is ${mode}, and it cannot be changed (${reason})`;
}

function problemOf(name: string, rule: string): Problem {
  const hint = `chmod 600 ${name}, as its owner, or copy it to where only you can read it`;
  return { path: "ssh.privateKeyFile", value: show(name), rule, hint };
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8).padStart(4, "0");
}
