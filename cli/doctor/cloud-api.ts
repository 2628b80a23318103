import type { z } from "zod";
import type { CloudAccess } from "./cloud-access.ts";

/** A provider's API did not give what was asked for. */
export class CloudApiError extends Error {
  override readonly name = "CloudApiError";
  /** The status of its answer. @default - there was no answer */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Pages of a list that are read: what is longer is no fleet's. */
const mostPages = 100;

/** Reads from a provider's API; it can send nothing but GET. */
export class CloudApi {
  readonly #access: CloudAccess;
  readonly #timeoutSeconds: number;

  constructor(access: CloudAccess, timeoutSeconds: number) {
    this.#access = access;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** What is at a path. */
  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await this.#send(path);
    const { status } = response;
    if (status !== 200) {
      await response.body?.cancel();
      throw new CloudApiError(`GET ${path}: ${status}`, status);
    }
    const body: unknown = await response.json().catch(() => undefined);
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const strange = `GET ${path}: the answer is not what this API says`;
    throw new CloudApiError(strange, status);
  }

  /** The same; `undefined` where nothing is at that path. */
  async find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    try {
      return await this.get(path, schema);
    } catch (error) {
      if (error instanceof CloudApiError && error.status === 404)
        return undefined;
      throw error;
    }
  }

  /** All pages of a list, each read by `read`, which says whether there is another. */
  async list<T>(
    read: (page: number) => Promise<readonly [readonly T[], boolean]>,
  ): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; page <= mostPages; page++) {
      const [found, isMore] = await read(page);
      all.push(...found);
      if (!isMore) return all;
    }
    throw new CloudApiError(`a list has more than ${mostPages} pages`);
  }

  async #send(path: string): Promise<Response> {
    const { endpoint, token } = this.#access;
    try {
      return await fetch(`${endpoint}${path}`, {
        headers: {
          accept: "application/json",
          authorization: `Bearer ${token}`,
        },
        // The token goes to the endpoint that was named, and to nobody else.
        redirect: "error",
        signal: AbortSignal.timeout(this.#timeoutSeconds * 1000),
      });
    } catch (cause) {
      const { host } = new URL(endpoint);
      throw new CloudApiError(`${host} ${reasonOf(cause)}`, undefined, {
        cause,
      });
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "does not answer";
  if (error.name === "TimeoutError") return "does not answer in time";
  const { cause } = error;
  const { code } = (cause ?? {}) as { code?: unknown };
  return `cannot be reached (${typeof code === "string" ? code : error.message})`;
}
