import { z } from "zod";
import { wait, type Api } from "../shared/managed/api.ts";

const action = z.object({ id: z.number(), status: z.string() });
const one = z.object({ action });
const page = z.object({
  links: z
    .object({ pages: z.object({ next: z.string().optional() }).optional() })
    .optional(),
});

const firstPause = 200;
const longestPause = 5000;

/** DigitalOcean's API. */
export class DigitalOcean {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Sends `METHOD /path`. */
  async ask(request: string, body?: unknown): Promise<unknown> {
    return this.#api.ask(request, body);
  }

  /** Sends an action and waits until it has been completed; looks are at the path of all actions unless said otherwise. */
  async act(
    request: string,
    body: unknown,
    { deadline, below = "/actions" }: { deadline: number; below?: string },
  ): Promise<void> {
    const begun = one.parse(await this.ask(request, body)).action;
    await until(deadline, async () => {
      const answer = await this.ask(`GET ${below}/${begun.id}`);
      const { status } = one.parse(answer).action;
      if (status === "errored")
        throw new Error(
          `unexpected state 'errored', wanted target 'completed'`,
        );
      return status === "completed";
    });
  }

  /** All pages of a list. */
  async pages(path: string): Promise<unknown[]> {
    const answers: unknown[] = [];
    const join = path.includes("?") ? "&" : "?";
    for (let number = 1; ; number += 1) {
      const answer = await this.ask(
        `GET ${path}${join}page=${number}&per_page=200`,
      );
      answers.push(answer);
      if (page.parse(answer).links?.pages?.next === undefined) return answers;
    }
  }
}

/** Asks at once and then after growing pauses until the answer is yes. */
export async function until(
  deadline: number,
  isReached: () => Promise<boolean>,
): Promise<void> {
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    if (await isReached()) return;
    if (Date.now() + pause > deadline) throw new OutOfTime();
    await wait(pause);
  }
}

/** Something did not come in time. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";

  constructor() {
    super("context deadline exceeded");
  }
}
