import { globSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";

const generated = new Set([".git", ".lab", "dist", "node_modules"]);
const shellExtensions = new Set([".sh", ".bash", ".bats"]);
const shebang = /^#!.*\b(?:ba|da)?sh\b/;

/** Every shell script below a folder: by its extension, or an executable whose first line names a shell. */
export function findShellFiles(folder: string): string[] {
  const paths = globSync("**/*", {
    cwd: folder,
    exclude: (name) => generated.has(name),
  });
  // A glob leaves hidden folders out.
  const hidden = globSync(".ci/*", { cwd: folder });
  return [...paths, ...hidden]
    .filter((path) => isShellFile(join(folder, path)))
    .toSorted();
}

function isShellFile(path: string): boolean {
  const status = statSync(path);
  if (!status.isFile()) return false;
  const extension = extname(path);
  if (extension !== "" || (status.mode & 0o111) === 0) {
    return shellExtensions.has(extension);
  }
  return shebang.test(readFileSync(path, "latin1").slice(0, 80));
}
