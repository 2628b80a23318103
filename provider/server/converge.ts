import { hostFacts, type Observation } from "../facts/index.ts";
import {
  planDelete,
  planJob,
  planRecovery,
  seen,
  type JobPlan,
} from "../operations/index.ts";
import type { JobReport } from "../runtime/job.ts";
import { DialError } from "../ssh/dial-error.ts";
import { gateKey, HOLDS } from "./gate-state.ts";
import { decideNext, hasInterruptedJob, nextAttempt } from "./next-job.ts";
import { observe } from "./observe.ts";
import { gatesOnHost, passOutside } from "./outside-gates.ts";
import { jobFailure, refusal } from "./messages.ts";
import { attachTo, runPlan } from "./run-plan.ts";
import type { Session } from "./session.ts";
import { entranceOf, JobFailed, type Converged, type Task } from "./task.ts";
import { isDeclared } from "./ways.ts";

/** How often a plan may be made again because somebody else changed the host in between. */
const MAX_ROUNDS = 5;

/** Observes, plans, applies; again when the host changed in between. */
export async function converge(
  session: Session,
  task: Task,
): Promise<Converged> {
  const plan: Planner = (observation, attempt, isMoving) =>
    planJob({
      ...context(session, task, observation, attempt),
      items: task.items,
      previousItems: task.previousItems,
      gates: gatesOnHost(task.inputs.gates),
      isMoving,
    });
  const done = await session.pool.inTurn(task.inputs.host, async () => {
    try {
      return await rounds(session, task, plan);
    } finally {
      await leaveToItself(session, task);
    }
  });
  await passOutside(task, session.signal);
  return done;
}

/** Removes what is still the manifest's own. */
export async function removeAll(
  session: Session,
  task: Task,
): Promise<Converged> {
  return session.pool.inTurn(task.inputs.host, () =>
    rounds(session, task, (observation, attempt) =>
      planDelete({
        ...context(session, task, observation, attempt),
        items: task.items,
      }),
    ),
  );
}

type Planner = (
  observation: Observation,
  attempt: number,
  isMoving: boolean,
) => JobPlan;

async function rounds(
  session: Session,
  original: Task,
  planner: Planner,
): Promise<Converged> {
  const kept: string[] = [];
  let task = original;
  let gatesHeld = false;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const isMoving = await entersByOtherWay(session, task);
    const observation = await look(session, task);
    const draft = planner(observation, 1, isMoving);
    const next = decideNext(observation, draft, gatesHeld);
    if (next.kind === "refuse")
      throw new JobFailed(refusal(task.inputs.host.name, draft.refused));
    if (next.kind === "settle") {
      await settle(session, task, observation);
      continue;
    }
    if (next.kind !== "nothing") {
      const report =
        next.kind === "follow"
          ? await attachTo(session, task, next.job)
          : await runPlan(
              session,
              task,
              planner(observation, nextAttempt(observation, draft), isMoving),
              observation.runtimes,
            );
      if (report.outcome === "stale") continue;
      for (const note of report.notes)
        task.log.say("info", `${task.inputs.host.name}: ${note}`);
      if (report.outcome !== "committed")
        throw await failed(session, task, report);
      kept.push(...draft.kept, ...report.kept.map(fullDirectory));
      gatesHeld = true;
    }
    if (isMoving) task = await leaveOtherWay(session, task);
    else if (next.kind !== "follow")
      return converged(task, observation, { ...draft, kept });
  }
  throw new JobFailed(
    `${task.inputs.host.name}: somebody else keeps changing the host: gave up after ${String(MAX_ROUNDS)} plans. Find out who holds its lock, then run 'pulumi up' again`,
  );
}

/** Waits for whoever is at work, has what an interrupted job left put back, and has nothing else done. */
async function settle(
  session: Session,
  task: Task,
  observation: Observation,
): Promise<void> {
  const plan = (attempt: number) =>
    planRecovery(context(session, task, observation, attempt));
  const attempt = nextAttempt(observation, plan(1));
  const report = await runPlan(
    session,
    task,
    plan(attempt),
    observation.runtimes,
  );
  if (report.outcome !== "committed" && report.outcome !== "stale")
    throw await failed(session, task, report);
}

/** Nobody else comes in by a way that was open to this manifest alone. */
async function leaveToItself(session: Session, task: Task): Promise<void> {
  const { host } = task.inputs;
  if (!task.otherWays) return;
  const contact = session.pool.opened(host);
  const isOwn = await contact?.then(
    (made) => !isDeclared(made, host),
    () => false,
  );
  if (isOwn) session.pool.leave(host);
}

/** Whether the host is open by a way that is about to be given up, and not by the declared one. */
async function entersByOtherWay(
  session: Session,
  task: Task,
): Promise<boolean> {
  const { host } = task.inputs;
  if (!task.otherWays?.isTransition) return false;
  const contact = await session.pool.connect(host, entranceOf(task));
  return !isDeclared(contact, host);
}

/** From here on only the declared connection counts: it has to open before anything that the other one needs is removed. */
async function leaveOtherWay(session: Session, task: Task): Promise<Task> {
  const { host } = task.inputs;
  session.pool.leave(host);
  await session.pool.connect(host).catch((error: unknown) => {
    if (!(error instanceof DialError)) throw error;
    throw new JobFailed(
      `${host.name}: the host is as it is wanted, but does not open by its declared connection: ${error.message} Nothing was removed, and the way that opened it before still does. Correct the connection, or what it needs on the host, and run 'pulumi up' again`,
      undefined,
      { cause: error },
    );
  });
  return { ...task, otherWays: undefined };
}

async function look(session: Session, task: Task): Promise<Observation> {
  const items = [...task.previousItems.values(), ...task.items.values()];
  const request = { manifestId: task.manifestId, items };
  return observe(session, task.inputs.host, request, entranceOf(task));
}

/** All that a committed job names as kept. */
function fullDirectory(path: string): string {
  return path.startsWith("/") ? `directory ${path} (not empty)` : path;
}

function converged(
  task: Task,
  observation: Observation,
  plan: JobPlan,
): Converged {
  return {
    observed: { ...plan.observedWhenDone, ...gatesThatHold(task) },
    facts: hostFacts(observation, task.previousFacts, new Date()),
    kept: plan.kept,
  };
}

async function failed(
  session: Session,
  task: Task,
  report: JobReport,
): Promise<JobFailed> {
  const message = jobFailure(task.inputs.host.name, report);
  if (report.outcome !== "restore-failed" && report.outcome !== "lost")
    return new JobFailed(message);
  const observation = await look(session, task);
  return new JobFailed(message, asObserved(task, observation));
}

/** What is really there, item by item; nothing of it counts while a job that was interrupted waits to be put back. */
export function asObserved(task: Task, observation: Observation): Converged {
  const observed: Record<string, string> = {};
  const facts = hostFacts(observation, task.previousFacts, new Date());
  if (hasInterruptedJob(observation)) return { observed, facts, kept: [] };
  for (const [key, item] of task.items)
    observed[key] = seen(item, observation, task.digestKey);
  for (const [name, gate] of observation.gates)
    observed[gateKey(name)] = gate.holds ? HOLDS : `fails: ${gate.detail}`;
  return { observed, facts, kept: [] };
}

/** A manifest without items is its gates: they are what it observes. */
function gatesThatHold(task: Task): Record<string, string> {
  if (task.items.size > 0) return {};
  const names = Object.keys(task.inputs.gates);
  return Object.fromEntries(names.map((name) => [gateKey(name), HOLDS]));
}

function context(
  session: Session,
  task: Task,
  observation: Observation,
  attempt: number,
) {
  return {
    manifestId: task.manifestId,
    lockOwner: session.owner,
    observation,
    digestKey: task.digestKey,
    deadlineSeconds: task.deadlineSeconds,
    lockWaitSeconds: session.configuration.lockWaitSeconds,
    attempt,
    login: {
      user: task.inputs.host.connection.user,
      publicKey: session.publicKey,
    },
  };
}
