import { renderPlan, type JobPlan, type Payload } from "../operations/index.ts";
import { renderBundle } from "../runtime/bundle.ts";
import {
  applyJob,
  attachJob,
  ContactLost,
  type JobEvents,
  type JobReport,
  type JobSite,
} from "../runtime/job.ts";
import { renderReleaseArchive } from "../runtime/release-archive.ts";
import { confirmJob } from "../runtime/confirm.ts";
import { DialError } from "../ssh/dial-error.ts";
import type { Contact } from "../ssh/dial-ways.ts";
import type { Session } from "./session.ts";
import { entranceOf, JobFailed, type Task } from "./task.ts";
import { withoutOutput } from "./trace.ts";

/** How long a host may be out of contact, or say nothing new, while a job runs there, in milliseconds. */
const RECONNECT_WITHIN = 90_000;

/** Sends a plan, with the runtime where it is not `installed`, and follows its job, through lost connections, to its end. */
export async function runPlan(
  session: Session,
  task: Task,
  plan: JobPlan,
  installed: ReadonlySet<string>,
): Promise<JobReport> {
  const runtime = await session.runtime();
  const bundle = await renderBundle({
    runtime: installed.has(runtime.hash) ? undefined : runtime,
    plan: renderPlan(plan.records),
    payloads: await Promise.all(plan.payloads.map(contentOf)),
  });
  return throughLostContact(session, task, plan.jobId, (site, events) =>
    applyJob(site, bundle, events),
  );
}

/** Follows a job that was started before. */
export async function attachTo(
  session: Session,
  task: Task,
  jobId: string,
): Promise<JobReport> {
  task.log.status("found a job of an earlier run: following it");
  return throughLostContact(session, task, jobId, (site, events) =>
    attachJob(site, 0, events),
  );
}

type Follow = (site: JobSite, events: JobEvents) => Promise<JobReport>;

async function throughLostContact(
  session: Session,
  task: Task,
  jobId: string,
  first: Follow,
): Promise<JobReport> {
  const { host } = task.inputs;
  let follow = first;
  let lostAt: number | undefined;
  let heard = 0;
  for (;;) {
    try {
      const contact = await session.pool.connect(host, entranceOf(task));
      return await follow(
        await siteOf(session, jobId, contact),
        eventsOf(session, task, jobId),
      );
    } catch (error) {
      session.pool.forget(host);
      if (error instanceof ContactLost) {
        const { seen } = error;
        if (lostAt === undefined || seen > heard) lostAt = Date.now();
        heard = seen;
        // Nothing was heard: there may be no job yet, and one that is there is attached to all the same.
        if (seen > 0) follow = (site, events) => attachJob(site, seen, events);
        task.log.status("contact lost; the job goes on, connecting again");
      } else if (lostAt === undefined) {
        throw error;
      }
      if (session.signal.aborted || isHopeless(error, lostAt))
        throw contactLost(task, error);
    }
  }
}

function isHopeless(error: unknown, lostAt: number): boolean {
  if (error instanceof DialError && !error.isTransient) return true;
  return Date.now() > lostAt + RECONNECT_WITHIN;
}

function contactLost(task: Task, cause: unknown): JobFailed {
  const { name } = task.inputs.host;
  const reason =
    cause instanceof DialError ? cause.message : "it was lost again.";
  return new JobFailed(
    `${name}: contact was lost while a job ran, and could not be made again: ${reason} The job goes on there. Run 'pulumi up' again: it picks up the result`,
    { observed: {}, facts: task.previousFacts, kept: [] },
    { cause },
  );
}

async function siteOf(
  session: Session,
  jobId: string,
  { client, way }: Pick<Contact, "client" | "way">,
): Promise<JobSite> {
  return {
    client,
    connection: way,
    runtime: await session.runtime(),
    jobId,
    signal: session.signal,
  };
}

function eventsOf(session: Session, task: Task, jobId: string): JobEvents {
  const { host } = task.inputs;
  return {
    onRecord: (record) => {
      session.trace("job", host.name, jobId, ...withoutOutput(record));
    },
    onProgress: (text) => {
      task.log.status(text);
    },
    onConfirm: (seconds) => {
      task.log.status(
        `confirming the change over a new connection (${String(seconds)} s)`,
      );
      void confirmOverNewConnection(session, task, jobId).catch(
        (error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          task.log.say(
            "warning",
            `${host.name}: no new connection could be made after the change, the host takes it back: ${why}`,
          );
        },
      );
    },
  };
}

async function confirmOverNewConnection(
  session: Session,
  task: Task,
  jobId: string,
): Promise<void> {
  const { host } = task.inputs;
  const client = await session.pool.dialNew(host);
  try {
    const way = host.connection;
    await confirmJob(await siteOf(session, jobId, { client, way }));
  } finally {
    client.end();
  }
}

async function contentOf(payload: Payload): Promise<string | Buffer> {
  return "release" in payload
    ? renderReleaseArchive(payload.release)
    : payload.content;
}
