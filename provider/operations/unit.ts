import type { ItemOf } from "../../manifest/items.ts";
import type { Observation, UnitFact } from "../facts/observation.ts";
import { packageBehind } from "./claim.ts";
import { MISSING } from "./missing.ts";
import type { Operation, StepDraft } from "./operation.ts";

/** Unit file states that neither `enable` nor `disable` can change. */
const FIXED_STATES: readonly string[] = [
  "static",
  "indirect",
  "generated",
  "transient",
  "alias",
  "-",
];

/** Units that no delete stops: without them nobody comes in any more. */
const NEVER_STOPPED: readonly string[] = [
  "ssh.service",
  "sshd.service",
  "ssh.socket",
];

type Verb = "unmask" | "enable" | "disable" | "start" | "stop";

const MASKED = "masked";
const STALE = "not reloaded";

/** A systemd unit, at boot and now. */
export const unit: Operation<"unit"> = {
  desired: ({ body }) =>
    `${body.enabled ? "enabled" : "disabled"} ${body.active ? "active" : "inactive"}`,

  seen: ({ name, body }, observation) => {
    const fact = observation.units.get(name);
    return fact && unitState(fact, body);
  },

  refuse: ({ name }, { found, isOurs }) =>
    found === MASKED && !isOurs
      ? `is masked on the host: run 'systemctl unmask ${name}' there`
      : undefined,

  isUncertain: ({ name, body }, { observation }) =>
    !(body.enabled && body.active) && isAbsent(name, observation),

  isOwned: ({ name }, { found, wanted, isOurs, observation }) =>
    isOurs || found !== wanted || observation.owners.has(packageBehind(name)),

  change: ({ name, body }, { found, observation, isInstalling }) => {
    const isBrought = isInstalling && isAbsent(name, observation);
    const verbs = isBrought ? verbsForNew(body) : verbsFor(body, found);
    return {
      steps: verbs.map((verb) => step("units", verb, name)),
      touches: verbs.length > 0 ? [["unit", name]] : [],
      word: wordFor(verbs, found),
      isUnitStale: found.endsWith(STALE),
    };
  },

  remove: ({ name }, observation) => {
    const steps = NEVER_STOPPED.includes(name)
      ? []
      : stopSteps(name, observation);
    return {
      steps,
      touches: steps.length > 0 ? [["unit", name]] : [],
      word: steps.length > 0 ? "stopped and disabled" : "left as it is",
    };
  },
};

/** Whether what was observed runs, or is about to. */
export function isRunning(fact: UnitFact | undefined): boolean {
  return ["active", "reloading", "activating"].includes(
    fact?.activeState ?? "",
  );
}

function unitState(fact: UnitFact, body: ItemOf<"unit">): string {
  if (fact.loadState === "not-found")
    return body.enabled || body.active ? MISSING : "disabled inactive";
  if (fact.loadState === "masked") return MASKED;
  const state = `${enabledWord(fact, body)} ${activeWord(fact, body)}`;
  return fact.needsDaemonReload ? `${state}, ${STALE}` : state;
}

function enabledWord(fact: UnitFact, body: ItemOf<"unit">): string {
  if (FIXED_STATES.includes(fact.unitFileState))
    return body.enabled ? "enabled" : "disabled";
  return fact.unitFileState;
}

function activeWord(fact: UnitFact, body: ItemOf<"unit">): string {
  if (fact.activeState === "reloading") return "active";
  if (fact.activeState === "failed" && !body.active) return "inactive";
  return fact.activeState;
}

/** What Debian's packages do with their units, enable and start them, is not what everybody wants. */
function verbsForNew(body: ItemOf<"unit">): Verb[] {
  return [
    ...(body.active ? [] : (["stop"] as const)),
    body.enabled ? "enable" : "disable",
    ...(body.active ? (["start"] as const) : []),
  ];
}

function verbsFor(body: ItemOf<"unit">, found: string): Verb[] {
  if (found === MASKED) return ["unmask", ...verbsForNew(body)];
  const [enabled, active] = found.split(/,? /);
  const isEnabled = enabled === "enabled";
  const isActive = active === "active";
  const isIdle = active === "inactive" || active === undefined;
  return [
    ...(body.active || isIdle ? [] : (["stop"] as const)),
    ...(isEnabled === body.enabled
      ? []
      : ([body.enabled ? "enable" : "disable"] as const)),
    ...(body.active && !isActive ? (["start"] as const) : []),
  ];
}

function isAbsent(name: string, observation: Observation): boolean {
  return observation.units.get(name)?.loadState === "not-found";
}

function stopSteps(name: string, observation: Observation): StepDraft[] {
  const fact = observation.units.get(name);
  if (fact?.loadState === "not-found") return [];
  return [
    ...(fact && !isRunning(fact) ? [] : [step("stop", "stop", name)]),
    ...(fact && !fact.unitFileState.startsWith("enabled")
      ? []
      : [step("stop", "disable", name)]),
  ];
}

function step(phase: "units" | "stop", verb: string, name: string): StepDraft {
  return { phase, verb: "unit", args: [verb, name] };
}

function wordFor(verbs: readonly Verb[], found: string): string {
  const words = {
    unmask: "unmasked",
    stop: "stopped",
    enable: "enabled",
    disable: "disabled",
    start: "started",
  };
  const named = verbs.map((verb) => words[verb]);
  if (named.length > 0) return named.join(" and ");
  return found.endsWith(STALE) ? "read anew by systemd" : "taken over as it is";
}
