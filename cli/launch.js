#!/usr/bin/env node
// Starts `flotilla`: from the sources in a checkout, from dist/ where the package is installed.
import { existsSync } from "node:fs";

const sources = new URL("flotilla.ts", import.meta.url);
const built = new URL("../dist/cli/flotilla.js", import.meta.url);

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  fail("flotilla needs Node.js 20.19 or newer: put it on PATH");
} else if (process.features.typescript && existsSync(sources)) {
  await import(sources.href);
} else if (existsSync(built)) {
  await import(built.href);
} else {
  fail(
    "flotilla runs from its sources with Node.js 22.18 or newer: put it on PATH, or start it with `npm run -s flotilla --` in the project's folder",
  );
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
