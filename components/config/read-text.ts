import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { show, type Problem } from "./problem.ts";

/** What was read, and what could not be. */
export interface Reading<T> {
  readonly found: T;
  readonly problems: readonly Problem[];
}

/** Reads a file of the workstation that the configuration names at `path`. */
export function readText(
  directory: string,
  path: string,
  file: string,
): Reading<string | undefined> {
  try {
    const found = readFileSync(locate(directory, file), "utf8");
    return { found, problems: [] };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    const rule = `${reasons[String(code)] ?? "cannot be read"} (${locate(directory, file)})`;
    const hint = "correct the path, which starts from the project's folder";
    return {
      found: undefined,
      problems: [{ path, value: show(file), rule, hint }],
    };
  }
}

const reasons: Partial<Record<string, string>> = {
  ENOENT: "does not exist",
  EISDIR: "is a folder, not a file",
  EACCES: "may not be read",
};

/** Where a path of the configuration leads, seen from the project. */
export function locate(directory: string, file: string): string {
  return resolve(directory, file.replace(/^~(?=\/)/, homedir()));
}
