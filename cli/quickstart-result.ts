import colors from "picocolors";
import { machineName } from "../components/clouds/name.ts";
import { devStack } from "./dev-stack.ts";
import type { FleetOutputs } from "./fleet-outputs.ts";
import { renderFleet, renderSites } from "./fleet-table.ts";
import { countChanges, type UpdateResult } from "./fleet-update.ts";

/** What a successful run ends with: what runs where, where to look, what to do next. */
export function renderSuccess(
  outputs: FleetOutputs,
  update: UpdateResult,
  seconds: number,
): string {
  const changes = countChanges(update.changes);
  const verdict = changes === 0 ? "Nothing had to change" : "The fleet is up";
  return [
    "",
    renderFleet(outputs),
    "",
    `${colors.green("✔")} ${colors.bold(verdict)} ${colors.dim(`(${seconds.toFixed(0)} s)`)}`,
    "",
    renderSites(outputs),
    "",
    "Next:",
    ...nextCommands(firstHost(outputs)),
    "",
  ].join("\n");
}

function firstHost({ hosts, sites }: FleetOutputs): string {
  return Object.values(sites)[0]?.host ?? Object.keys(hosts)[0] ?? "HOST";
}

function nextCommands(host: string): string[] {
  const machine = machineName(devStack, host, "1");
  const commands: readonly (readonly [command: string, what: string])[] = [
    [
      'eval "$(npm run -s env)"',
      "Pulumi for this shell: then plain pulumi preview, up, destroy",
    ],
    [
      "pulumi preview --refresh",
      "looks at every host and says what has drifted",
    ],
    [`npm run lab -- ssh ${machine}`, "a shell on the host"],
    [
      "npm run lab -- cloud down",
      "throws the hosts away; the next quickstart makes others",
    ],
  ];
  return commands.map(
    ([command, what]) =>
      `  ${colors.cyan(command.padEnd(30))}${colors.dim(what)}`,
  );
}

/** What a failed update ends with: the engine's errors, whole, and what to do. */
export function renderFailure(update: UpdateResult): string {
  const isLocked = update.errors.some((error) =>
    error.includes("the stack is currently locked"),
  );
  const advice = isLocked
    ? 'Another update of this stack runs. If it was killed: eval "$(npm run -s env)" && pulumi cancel --yes'
    : "What was done stays, what failed was rolled back: correct the cause and run npm run quickstart again.";
  return [
    "",
    ...update.errors.map((error) => `${colors.red("✖")} ${error}\n`),
    advice,
    `What was made stays up: npm run lab -- status, npm run lab -- ssh ${machineName(devStack, "HOST", "1")}`,
    "",
  ].join("\n");
}

/** The result for programs. */
export function renderJson(
  outputs: FleetOutputs,
  update: UpdateResult,
  seconds: number,
): string {
  const { hosts, sites } = outputs;
  return `${JSON.stringify({ hosts, sites, changes: update.changes, seconds }, undefined, 2)}\n`;
}
