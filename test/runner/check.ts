import { execa } from "execa";
import { say } from "./reporter.ts";
import { findShellFiles } from "./shell-files.ts";
import { root, type Stage } from "./stage.ts";
import { addTallies, emptyTally, type Tally } from "./tally.ts";

type Command = readonly [string, ...string[]];

/** The static checks: name → command. */
function checks(): Record<string, Command> {
  const shellFiles = findShellFiles(root);
  const node = process.execPath;
  return {
    types: [node, "node_modules/typescript/bin/tsc", "--noEmit"],
    "types of the package": [
      node,
      "node_modules/typescript/bin/tsc",
      ...["--noEmit", "-p", "tsconfig.package.json"],
    ],
    lint: [node, "node_modules/eslint/bin/eslint.js", "--max-warnings=0", "."],
    format: [node, "node_modules/prettier/bin/prettier.cjs", "--check", "."],
    shellcheck: ["shellcheck", ...shellFiles],
    shfmt: ["shfmt", "-d", "-i", "2", "-ci", "-bn", ...shellFiles],
  };
}

/** Types, lint, format and shell; each counts as one. */
export const checkStage: Stage = {
  name: "check",
  run: async () => {
    const tallies = await Promise.all(Object.entries(checks()).map(runCheck));
    return tallies.reduce(addTallies, emptyTally);
  },
};

async function runCheck([name, command]: [string, Command]): Promise<Tally> {
  const [file, ...words] = command;
  const { failed, all, shortMessage, durationMs } = await execa(file, words, {
    cwd: root,
    all: true,
    stdin: "ignore",
    reject: false,
  });
  const time = `${(durationMs / 1000).toFixed(1)} s`;
  if (!failed) {
    say(`  ✓ ${name} (${time})`);
    return { passed: 1, failures: [], skips: [] };
  }
  say(`  ✗ ${name} (${time})\n${all || shortMessage || ""}`);
  return { passed: 0, failures: [name], skips: [] };
}
