// Exits with 0 when node_modules holds what package-lock.json says, by npm's own record of what it installed.
// Plain JavaScript for any Node, since it runs before a newer one is found.
import { readFileSync } from "node:fs";
import process from "node:process";

/** What a lock file pins: one text per package, and whether it may be left out. */
function readPinned(file) {
  const url = new URL(`../${file}`, import.meta.url);
  const { packages } = JSON.parse(readFileSync(url, "utf8"));
  return new Map(
    Object.entries(packages).map(([path, entry]) => [
      path,
      {
        text: `${entry.version} ${entry.integrity}`,
        isOptional: Boolean(entry.optional),
      },
    ]),
  );
}

function isMatch() {
  const wanted = readPinned("package-lock.json");
  wanted.delete("");
  const installed = readPinned("node_modules/.package-lock.json");
  const isSatisfied = ([path, { text, isOptional }]) =>
    installed.has(path) ? installed.get(path).text === text : isOptional;
  return (
    [...wanted].every(isSatisfied) &&
    [...installed.keys()].every((path) => wanted.has(path))
  );
}

process.exitCode = isMatch() ? 0 : 1;
