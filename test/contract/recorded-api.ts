import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";

/** One request that a plugin was recorded to make, and what it was answered. */
export interface Exchange {
  /** `POST /v1/servers`. */
  readonly request: string;
  readonly body?: unknown;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly response?: unknown;
}

/** An API that answers what was recorded, in its order, and nothing else. */
export class RecordedApi {
  readonly #server: Server;
  #waiting: Exchange[] = [];
  #problems: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Serves on a free port of this machine. */
  static async start(): Promise<RecordedApi> {
    const server = createServer();
    const api = new RecordedApi(server);
    server.on("request", (request: IncomingMessage, response) => {
      void api.#answer(request).then(({ status, headers, body }) => {
        response.writeHead(status, headers).end(body);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return api;
  }

  /** `http://127.0.0.1:<port>`. */
  get endpoint(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The token of the last request. */
  token: string | undefined;

  /** What comes next. */
  expect(exchanges: readonly Exchange[]): void {
    this.#waiting = [...exchanges];
    this.#problems = [];
  }

  /** What was asked without being recorded, or recorded and not asked. */
  problems(): string[] {
    const missed = this.#waiting.map(({ request }) => `not asked: ${request}`);
    return [...this.#problems, ...missed];
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(message: IncomingMessage): Promise<{
    status: number;
    headers: Record<string, string>;
    body: string;
  }> {
    const request = `${message.method} ${message.url}`;
    const sent = await text(message);
    this.token = message.headers.authorization;
    const next = this.#waiting.shift();
    const body: unknown = sent === "" ? undefined : JSON.parse(sent);
    const isRecorded =
      next?.request === request &&
      isDeepStrictEqual(unordered(next.body), unordered(body));
    if (!isRecorded)
      this.#problems.push(
        `asked: ${request} ${sent}; recorded: ${next?.request ?? "nothing"} ${JSON.stringify(next?.body)}`,
      );
    const { status = 599, headers = {}, response } = isRecorded ? next : {};
    return { status, headers, body: bodyOf(response) };
  }
}

/** A recorded page that is no JSON stands below `_raw`. */
function bodyOf(response: unknown): string {
  if (response === undefined) return "";
  const { _raw: raw } = response as { _raw?: unknown };
  return typeof raw === "string" ? raw : JSON.stringify(response);
}

/** Lists in requests are sets of rules and ids, sent in the order of hashes. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(unordered);
    return items.toSorted((a, b) =>
      JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
    );
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, leaf]): [string, unknown] => [key, unordered(leaf)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
