import { z } from "zod";
import { Collection, type Kept } from "./collection.ts";

/** Work that an API has begun and that its caller waits for. */
export const action = z.strictObject({
  id: z.number().int(),
  command: z.string(),
  status: z.enum(["running", "success", "error"]),
  started: z.string(),
  finished: z.string().nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  resources: z.array(
    z.strictObject({
      id: z.union([z.number(), z.string()]),
      type: z.string(),
    }),
  ),
});

/** One piece of work, as it is kept. */
export type Action = z.infer<typeof action>;

/** What an action is about. */
export type ActionResource = Action["resources"][number];

/** What actions need of the cloud they belong to. */
export interface ActionKeeper {
  readonly nextId: () => number;
  /** Keeps the state, and what follows from it. */
  readonly commit: () => Promise<void>;
}

const keptActions = 1000;

/** The actions of one provider: each runs on behind its answer. */
export class Actions {
  readonly #actions: Collection<Action>;
  readonly #keeper: ActionKeeper;
  readonly #running = new Set<Promise<void>>();

  constructor(kept: Kept<Action>, keeper: ActionKeeper) {
    this.#actions = new Collection(kept);
    this.#keeper = keeper;
    for (const left of this.running()) fail(left, interrupted);
  }

  /** Begins work and returns at once; without work it is done already. */
  start(
    command: string,
    resources: ActionResource[],
    work?: () => Promise<void>,
  ): Action {
    const begun = this.#actions.add({
      id: this.#keeper.nextId(),
      command,
      status: work ? "running" : "success",
      started: now(),
      finished: work ? null : now(),
      error: null,
      resources,
    });
    this.#forgetOldest();
    if (work) this.#run(begun, work);
    return begun;
  }

  get(id: number): Action | undefined {
    return this.#actions.get(id);
  }

  all(): Action[] {
    return this.#actions.all();
  }

  /** Those that have not ended, about this thing or about any. */
  running(about?: ActionResource): Action[] {
    return this.all().filter(
      ({ status, resources }) =>
        status === "running" && (!about || isAbout(resources, about)),
    );
  }

  /** Those about one thing. */
  about(resource: ActionResource): Action[] {
    return this.all().filter(({ resources }) => isAbout(resources, resource));
  }

  /** Waits until nothing runs. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #run(begun: Action, work: () => Promise<void>): void {
    const run = work()
      .then(
        () => end(begun, "success"),
        (error: unknown) => fail(begun, toMessage(error)),
      )
      .then(() => this.#keeper.commit())
      .catch(reportUnkept)
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  #forgetOldest(): void {
    const ended = this.all().filter(({ status }) => status !== "running");
    for (const { id } of ended.slice(0, -keptActions)) this.#actions.remove(id);
  }
}

const interrupted =
  "the lab's cloud was stopped while this ran: look at the resource";

// Nobody waits for this: the server's log is where it is looked for.
function reportUnkept(error: unknown): void {
  process.stderr.write(`state not kept: ${toMessage(error)}\n`);
}

function isAbout(resources: ActionResource[], about: ActionResource): boolean {
  return resources.some(
    ({ id, type }) => id === about.id && type === about.type,
  );
}

function end(given: Action, status: Action["status"]): void {
  given.status = status;
  given.finished = now();
}

function fail(given: Action, message: string): void {
  end(given, "error");
  given.error = { code: "action_failed", message };
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** This moment, as APIs write it. */
export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}+00:00`;
}
