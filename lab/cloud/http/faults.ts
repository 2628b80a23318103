import type { Context } from "hono";
import { z } from "zod";
import { ApiError } from "./api-error.ts";

/** An error on demand: the next requests that it fits are answered with it. */
export const fault = z.strictObject({
  /** Requests with this method. @default - any */
  method: z.string().optional(),
  /** Requests whose path, provider's prefix included, fits this regular expression. */
  path: z.string(),
  /** Requests whose body fits this regular expression. @default - any */
  sent: z.string().optional(),
  /** How many requests. @default 1 */
  times: z.number().int().min(1).default(1),
  /** `after`: the work is done, and the answer is lost. @default "before" */
  when: z.enum(["before", "after"]).default("before"),
  status: z.number().int().min(400).max(599),
  /** @default - the usual one of the status */
  code: z.string().optional(),
  message: z.string().default("an error on demand"),
  /** What the provider's form has beside code and message. @default - nothing */
  details: z.record(z.string(), z.unknown()).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** Sent as it is instead of the provider's form. */
  body: z.string().optional(),
});

/** What is kept of a fault. */
export type Fault = z.infer<typeof fault>;

/** An answer that is not in the provider's form, such as a proxy's page. */
export class RawAnswer extends ApiError {
  readonly body: string;

  constructor(given: ApiError, body: string) {
    const { status, code, message, headers } = given;
    super(status, code, message, { headers });
    this.body = body;
  }
}

/** The errors on demand that wait for their requests, in the order they were asked for. */
export class Faults {
  #waiting: Fault[] = [];

  /** Asks for one more. */
  add(given: Fault): void {
    this.#waiting.push({ ...given });
  }

  /** Those that wait. */
  get waiting(): readonly Fault[] {
    return this.#waiting;
  }

  /** Forgets those that wait. */
  clear(): void {
    this.#waiting = [];
  }

  /** Throws the first that fits this request, and counts it. */
  async strike(context: Context, when: Fault["when"]): Promise<void> {
    if (this.#waiting.length === 0) return;
    const { method, path } = context.req;
    const body = await context.req.text();
    const found = this.#waiting.find(
      (waiting) =>
        waiting.when === when &&
        (waiting.method ?? method) === method &&
        new RegExp(waiting.path).test(path) &&
        new RegExp(waiting.sent ?? "").test(body),
    );
    if (!found) return;
    found.times -= 1;
    this.#waiting = this.#waiting.filter(({ times }) => times > 0);
    throw toError(found);
  }
}

const codes: Readonly<Record<number, string>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  412: "resource_limit_exceeded",
  422: "invalid_input",
  423: "locked",
  429: "rate_limit_exceeded",
  500: "server_error",
  503: "unavailable",
  504: "timeout",
};

function toError(given: Fault): ApiError {
  const code = given.code ?? codes[given.status] ?? "server_error";
  const status = given.status as ApiError["status"];
  const { headers, message, details } = given;
  const more = { headers, ...(details && { details }) };
  const error = new ApiError(status, code, message, more);
  return given.body === undefined ? error : new RawAnswer(error, given.body);
}
