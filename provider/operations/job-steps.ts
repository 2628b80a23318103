import type { ItemKey, Notification } from "../../manifest/items.ts";
import type { Observation } from "../facts/observation.ts";
import type { Items } from "./item.ts";
import type { Payload, PlannedStep } from "./job-plan.ts";
import { isUnitPath, NGINX_UNIT } from "./notification.ts";
import type { Phase, StepDraft, Touch } from "./operation.ts";
import type { PlannedChange } from "./planned-change.ts";
import { isRunning } from "./unit.ts";

/** The steps of a job in the order in which they run. */
export interface JobSteps {
  readonly steps: readonly PlannedStep[];
  readonly payloads: readonly Payload[];
  readonly touches: readonly Touch[];
}

interface Draft extends StepDraft {
  readonly key?: ItemKey;
}

interface StepsInput {
  readonly changes: readonly PlannedChange[];
  readonly items: Items;
  readonly observation: Observation;
}

/** Puts the steps of all changes in order and adds those that serve many: one apt run, reload of systemd, check of nginx, notifications. */
export function orderSteps(input: StepsInput): JobSteps {
  const { changes } = input;
  const drafts: Draft[] = changes.flatMap(({ key, steps }) =>
    steps.map((step) => ({ ...step, key })),
  );
  const inPhase = (phase: Phase): Draft[] =>
    drafts.filter((draft) => draft.phase === phase);
  const installs = inPhase("packages");
  const notices = noticesOf(input, installs.length > 0);
  const noticed = new Set(notices.map(({ args }) => args[1]));
  const isReplaced = ({ args: [verb, name] }: Draft): boolean =>
    verb === "start" && noticed.has(name);
  const ordered = [
    ...merged(installs),
    ...inPhase("users"),
    ...inPhase("stop"),
    ...inPhase("directories"),
    ...inPhase("files"),
    ...inPhase("removals"),
    ...systemdReload(changes),
    ...nginxCheck(input, installs.length > 0),
    ...inPhase("releases"),
    ...sqlPhases.flatMap(inPhase),
    ...inPhase("units").filter((draft) => !isReplaced(draft)),
    ...notices,
    ...inPhase("sql-removals"),
    ...merged(inPhase("purge")),
    ...inPhase("sshd"),
    ...sshdWindow(changes),
    ...inPhase("users-gone"),
    ...inPhase("firewall"),
  ];
  return { ...numbered(ordered), touches: touchesOf(changes, notices) };
}

/** What one needs of another comes first: the server, the dumps, then what is in it. */
const sqlPhases: readonly Phase[] = [
  "cluster",
  "dumps",
  "roles",
  "memberships",
  "databases",
  "extensions",
  "grants",
];

/** One step with the arguments of all. */
function merged(drafts: readonly Draft[]): Draft[] {
  const [first] = drafts;
  if (!first) return [];
  const { phase, verb } = first;
  return [{ phase, verb, args: drafts.flatMap(({ args }) => args) }];
}

/** What was laid ready for sshd is tried together: one new connection confirms all of it. */
function sshdWindow(changes: readonly PlannedChange[]): Draft[] {
  const seconds = changes
    .filter(({ steps }) => steps.some(({ phase }) => phase === "sshd"))
    .map(({ confirmSeconds = 0 }) => confirmSeconds);
  if (seconds.length === 0) return [];
  const args = [String(Math.max(...seconds))];
  return [{ phase: "sshd", verb: "sshd-window", args }];
}

function systemdReload(changes: readonly PlannedChange[]): Draft[] {
  const isNeeded = changes.some(
    ({ isUnitStale, steps, touches }) =>
      isUnitStale ||
      (steps.length > 0 &&
        touches.some(([kind, name]) => kind === "path" && isUnitPath(name))),
  );
  return isNeeded ? [{ phase: "units", verb: "daemon-reload", args: [] }] : [];
}

/** What is only taken away is checked for the sake of an nginx that goes on running. */
function nginxCheck(input: StepsInput, isInstalling: boolean): Draft[] {
  const { changes, items, observation } = input;
  const fact = observation.units.get(NGINX_UNIT);
  if (!isInstalling && fact?.loadState === "not-found") return [];
  const goesOn = isRunning(fact) && !isStopped(NGINX_UNIT, changes);
  const isNeeded = changes.some(
    ({ isNginxConfiguration, key }) =>
      isNginxConfiguration && (goesOn || items.has(key)),
  );
  return isNeeded ? [{ phase: "units", verb: "check", args: ["nginx"] }] : [];
}

/** One action per unit that has to hear of a change: a restart wins over a reload. */
function noticesOf(input: StepsInput, isInstalling: boolean): Draft[] {
  const actions = new Map<string, Notification["action"]>();
  for (const { notify = [] } of input.changes) {
    for (const { unit, action } of notify) {
      if (actions.get(unit) !== "restart") actions.set(unit, action);
    }
  }
  return [...actions]
    .filter(([unit]) => hasToHear(unit, input, isInstalling))
    .sort()
    .map(([unit, action]) => ({
      phase: "units",
      verb: "unit",
      args: [action, unit],
    }));
}

/**
 * A unit that does not run reads its files when it is started. Packages that this job installs
 * start their units by themselves, before the new files are in place.
 */
function hasToHear(
  unit: string,
  { items, changes, observation }: StepsInput,
  isInstalling: boolean,
): boolean {
  if (isStopped(unit, changes)) return false;
  const item = items.get(`unit:${unit}`);
  if (item?.kind === "unit" && !item.body.active) return false;
  return isInstalling || isRunning(observation.units.get(unit));
}

function isStopped(unit: string, changes: readonly PlannedChange[]): boolean {
  return changes.some(({ steps }) =>
    steps.some(({ args }) => args[0] === "stop" && args[1] === unit),
  );
}

function touchesOf(
  changes: readonly PlannedChange[],
  notices: readonly Draft[],
): Touch[] {
  const touches = [
    ...changes.flatMap((change) => change.touches),
    ...notices.map(({ args }): Touch => ["unit", args[1] ?? ""]),
  ];
  const unique = new Map(touches.map((touch) => [touch.join("\t"), touch]));
  return [...unique]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, touch]) => touch);
}

function numbered(drafts: readonly Draft[]): Omit<JobSteps, "touches"> {
  const payloads: Payload[] = [];
  const steps = drafts.map(({ key, verb, payload, args }, index) => ({
    id: String(index + 1).padStart(2, "0"),
    key,
    verb,
    args: payload ? [String(payloads.push(payload) - 1), ...args] : args,
  }));
  return { steps, payloads };
}
