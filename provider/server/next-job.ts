import type { Observation } from "../facts/index.ts";
import type { JobPlan } from "../operations/index.ts";

/** A job for exactly this state that runs, or that committed without anybody hearing it. */
export function openJob(
  observation: Pick<Observation, "jobs">,
  plan: JobPlan,
): string | undefined {
  return observation.jobs.findLast(
    (job) =>
      job.desiredHash === plan.desiredHash &&
      (job.state === "running" ||
        (job.state === "finished" &&
          !job.acknowledged &&
          job.outcome === "committed")),
  )?.id;
}

/** What comes next on a host. */
export type Next =
  | { readonly kind: "follow"; readonly job: string }
  | { readonly kind: "settle" | "refuse" | "run" | "nothing" };

/**
 * Decides what comes next. What is refused counts only when no job of this manifest runs or was interrupted: such a
 * one has made things that the ledger does not know yet.
 */
export function decideNext(
  observation: Pick<Observation, "jobs" | "owners">,
  plan: JobPlan,
  gatesHeld: boolean,
): Next {
  const job = openJob(observation, plan);
  if (job !== undefined) return { kind: "follow", job };
  if (plan.refused.length > 0)
    return { kind: isUndecided(observation) ? "settle" : "refuse" };
  return {
    kind: isNeeded(plan, observation, gatesHeld) ? "run" : "nothing",
  };
}

function isUndecided({ jobs }: Pick<Observation, "jobs">): boolean {
  return jobs.some(({ state }) => state !== "finished");
}

/** What the next job for this state is called by. */
export function nextAttempt(
  observation: Pick<Observation, "jobs">,
  plan: JobPlan,
): number {
  const attempts = observation.jobs
    .filter((job) => job.desiredHash === plan.desiredHash)
    .map((job) => job.attempt);
  return Math.max(0, ...attempts) + 1;
}

/** Whether a job of this manifest died: its snapshot lies on the host, and the next job there puts it back. */
export function hasInterruptedJob({
  jobs,
}: Pick<Observation, "jobs">): boolean {
  return jobs.some(({ state }) => state === "interrupted");
}

/**
 * Whether there is anything to do. A job that was interrupted is reason enough: whichever job came next would put
 * its snapshot back, over what is as it is wanted now.
 */
export function isNeeded(
  plan: JobPlan,
  observation: Pick<Observation, "jobs" | "owners">,
  gatesHeld: boolean,
): boolean {
  if (plan.operations.length > 0) return true;
  if (hasInterruptedJob(observation)) return true;
  if (plan.hasGates && !gatesHeld) return true;
  return plan.records.some(
    ([type, key = ""]) =>
      (type === "own" && !observation.owners.has(key)) ||
      (type === "disown" && observation.owners.has(key)),
  );
}
