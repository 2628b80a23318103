import { z } from "zod";
import type { CloudAccess } from "../../manifest/cloud-places.ts";

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
    const response = await this.send("GET", path);
    if (response.status === 200) return parsed(response, `GET ${path}`, schema);
    await response.body?.cancel();
    throw new CloudApiError(`GET ${path}: ${response.status}`, response.status);
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

  protected async send(
    method: string,
    path: string,
    body?: object,
  ): Promise<Response> {
    const { endpoint, token } = this.#access;
    try {
      return await fetch(`${endpoint}${path}`, {
        method,
        headers: {
          accept: "application/json",
          authorization: `Bearer ${token}`,
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
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

/** Changes things too. What the provider says against it is in the error. */
export class WritableCloudApi extends CloudApi {
  /** Asks for something new. */
  async post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T> {
    const response = await this.send("POST", path, body);
    if (response.ok) return parsed(response, `POST ${path}`, schema);
    throw await refusalOf(response, `POST ${path}`);
  }

  /** Deletes what is at a path; that it is gone already is as good. */
  async remove(path: string): Promise<void> {
    const response = await this.send("DELETE", path);
    if (!response.ok && response.status !== 404)
      throw await refusalOf(response, `DELETE ${path}`);
    await response.body?.cancel();
  }
}

/** What providers say with an error: Hetzner below `error`, DigitalOcean beside an id. */
const refusal = z.union([
  z
    .object({ error: z.object({ message: z.string() }) })
    .transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

async function refusalOf(
  response: Response,
  request: string,
): Promise<CloudApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const { data } = refusal.safeParse(body);
  const words = data === undefined ? "" : ` ${data.slice(0, 200)}`;
  const { status } = response;
  return new CloudApiError(`${request}: ${status}${words}`, status);
}

async function parsed<T>(
  response: Response,
  request: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const body: unknown = await response.json().catch(() => undefined);
  const found = schema.safeParse(body);
  if (found.success) return found.data;
  const strange = `${request}: the answer is not what this API says`;
  throw new CloudApiError(strange, response.status);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "does not answer";
  if (error.name === "TimeoutError") return "does not answer in time";
  const { cause } = error;
  const { code } = (cause ?? {}) as { code?: unknown };
  return `cannot be reached (${typeof code === "string" ? code : error.message})`;
}
