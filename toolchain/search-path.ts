import { accessSync, constants } from "node:fs";
import path from "node:path";

/** The directories of a PATH, without those that npm puts there for its scripts. */
export function searchPath(
  variable = process.env.PATH ?? "",
): readonly string[] {
  return variable
    .split(path.delimiter)
    .filter(
      (entry) =>
        entry !== "" && !entry.endsWith(path.join("node_modules", ".bin")),
    );
}

/** The first executable of that name in the given directories. */
export function findExecutable(
  name: string,
  directories: readonly string[] = searchPath(),
): string | undefined {
  return directories
    .map((directory) => path.join(directory, name))
    .find(isExecutable);
}

/** Whether a file is there and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
