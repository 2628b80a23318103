import pRetry from "p-retry";

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** `POST http://host/path`. */
  readonly request: string;
  /** The body as data, or undefined where it is none. */
  readonly body: unknown;
  /** How often it was asked. */
  readonly attempts: number;
  /** The seconds after which the API wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(
    request: string,
    answer: { status: number; body: unknown; retryAfter: number | undefined },
    attempts: number,
  ) {
    super(`${request}: ${answer.status}`);
    this.request = request;
    this.status = answer.status;
    this.body = answer.body;
    this.retryAfter = answer.retryAfter;
    this.attempts = attempts;
  }
}

/** Nobody answered. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface ApiArgs {
  /** What stands before each path. */
  readonly endpoint: string;
  readonly token: string;
  /** How often one is asked again after an answer that may pass. */
  readonly retries: number;
  /** Shortest and longest pause before that, in milliseconds; doubled each time. */
  readonly pause: readonly [number, number];
  readonly mayPass: (error: ApiError) => boolean;
  /** Whether a `Retry-After` header is waited for. */
  readonly honoursRetryAfter: boolean;
}

/** An API that speaks JSON. */
export class Api {
  readonly #args: ApiArgs;

  constructor(args: ApiArgs) {
    this.#args = args;
  }

  /** Sends `METHOD /path`; the answer is data, or undefined where it has no body. */
  async ask(request: string, body?: unknown): Promise<unknown> {
    const { retries, pause, mayPass, honoursRetryAfter } = this.#args;
    return pRetry((attempt) => this.#ask(request, body, attempt), {
      ...{ retries, factor: 2, minTimeout: pause[0], maxTimeout: pause[1] },
      shouldRetry: ({ error }) => error instanceof ApiError && mayPass(error),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const isWanted =
          honoursRetryAfter &&
          retriesLeft > 0 &&
          error instanceof ApiError &&
          mayPass(error);
        if (isWanted) await wait((error.retryAfter ?? 0) * 1000);
      },
    });
  }

  async #ask(
    request: string,
    body: unknown,
    attempt: number,
  ): Promise<unknown> {
    const [method = "", path = ""] = request.split(" ");
    const url = `${this.#args.endpoint}${path}`;
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#args.token}`,
        accept: "application/json",
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Unreachable(unreachable(method, url, error), { cause: error });
    });
    const text = await response.text();
    if (response.ok) return parse(text);
    const { status } = response;
    const retryAfter = secondsOf(response.headers.get("retry-after"));
    const answer = { status, body: parse(text), retryAfter };
    throw new ApiError(`${method} ${url}`, answer, attempt);
  }
}

/** Resolves after a pause. */
export async function wait(milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** In the words of Go's client. */
function unreachable(method: string, url: string, error: unknown): string {
  const verb = method.slice(0, 1) + method.slice(1).toLowerCase();
  const { host } = new URL(url);
  const cause = error instanceof Error ? error.cause : undefined;
  const { code, message } = (cause ?? {}) as {
    code?: string;
    message?: string;
  };
  const reason =
    code === "ECONNREFUSED" ? "connect: connection refused" : message;
  return `${verb} "${url}": dial tcp ${host}: ${reason ?? String(error)}`;
}
