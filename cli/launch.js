#!/usr/bin/env node
// Starts `flotilla`: from the sources in a checkout, from dist/ where the package is installed.
import { existsSync } from "node:fs";

const sources = new URL("flotilla.ts", import.meta.url);
const built = new URL("../dist/cli/flotilla.js", import.meta.url);

if (process.features.typescript && existsSync(sources)) {
  await import(sources.href);
} else if (Number.parseInt(process.versions.node) < 22 || !existsSync(built)) {
  process.stderr.write(
    "flotilla needs Node.js 22.18 or newer: put it on PATH, or start it with `npm run -s flotilla --` in the project's folder\n",
  );
  process.exitCode = 2;
} else {
  await import(built.href);
}
