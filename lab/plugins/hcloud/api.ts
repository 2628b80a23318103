import { z } from "zod";
import { wait, type Api } from "../shared/managed/api.ts";

const action = z.object({
  id: z.number(),
  status: z.enum(["running", "success", "error"]),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
});
const actions = z.object({ actions: z.array(action).default([]) });
const answered = z.object({
  action: action.nullish(),
  actions: z.array(action).nullish(),
  next_actions: z.array(action).nullish(),
});

type Action = z.infer<typeof action>;

/** How long an action is waited for where the program says nothing: the official plugin's 90 minutes. */
const longest = 90 * 60_000;
const longestPause = 2000;

/** Hetzner's API, where a change is an action that goes on behind its answer. */
export class Hetzner {
  readonly #api: Api;
  /** The first pause between two looks at an action, in milliseconds. */
  readonly #pause: number;

  constructor(api: Api, pause: number) {
    this.#api = api;
    this.#pause = pause;
  }

  /** Sends `METHOD /path`. */
  async ask(request: string, body?: unknown): Promise<unknown> {
    return this.#api.ask(request, body);
  }

  /** Sends it and waits until what it began has ended. */
  async act(request: string, body?: unknown, deadline?: number): Promise<void> {
    await this.finish(await this.ask(request, body), deadline);
  }

  /** Waits for the actions that an answer names. */
  async finish(answer: unknown, deadline?: number): Promise<void> {
    const named = answered.parse(answer ?? {});
    const begun = [
      ...(named.action ? [named.action] : []),
      ...(named.actions ?? []),
      ...(named.next_actions ?? []),
    ];
    for (const one of begun) {
      if (one.status !== "success")
        await this.#await(one, deadline ?? Date.now() + longest);
    }
  }

  async #await(begun: Action, deadline: number): Promise<void> {
    let pause = this.#pause;
    for (;;) {
      const now = await this.#look(begun.id);
      if (now.status === "success") return;
      if (now.status === "error") throw failed(now);
      if (Date.now() > deadline)
        throw new Error(`action ${begun.id} has not ended in time`);
      await wait(pause);
      pause = Math.min(pause * 2, longestPause);
    }
  }

  async #look(id: number): Promise<Action> {
    const list = actions.parse(
      await this.ask(`GET /actions?id=${id}&page=1&sort=status&sort=id`),
    );
    const found = list.actions.find((one) => one.id === id);
    if (!found) throw new Error(`actions not found: [${id}]`);
    return found;
  }
}

function failed({ id, error }: Action): Error {
  const { code = "unknown", message = "Action failed" } = error ?? {};
  return new Error(`${message} (${code}, ${id})`);
}
