import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Everything that ends up in `dist/`, or says how. */
const sources = [
  "cli",
  "cloud-init",
  "components",
  "host",
  "manifest",
  "provider",
  "stacks",
  "package-lock.json",
  "toolchain/build.ts",
  "toolchain/bundle.ts",
  "toolchain/plugin-launcher.sh",
  "tsconfig.build.json",
  "tsconfig.json",
];

/** Hash of all sources that `npm run build` turns into `dist/`. */
export function sourceHash(root: string): string {
  return hashFiles(root, sources);
}

/** Hash of names and contents of files and of all that folders hold; what is missing counts as nothing. */
export function hashFiles(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((start) => listFiles(root, start))) {
    const content = readFileSync(path.join(root, file));
    hash.update(`${file}\0${String(content.length)}\0`).update(content);
  }
  return hash.digest("hex");
}

function listFiles(root: string, name: string): readonly string[] {
  const start = path.join(root, name);
  if (!existsSync(start)) return [];
  if (statSync(start).isFile()) return [name];
  return readdirSync(start, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(root, path.join(entry.parentPath, entry.name)),
    )
    .sort();
}
