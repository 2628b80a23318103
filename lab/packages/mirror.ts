import pRetry from "p-retry";
import {
  Agent,
  errors,
  interceptors,
  ProxyAgent,
  type Dispatcher,
} from "undici";

/** What a mirror says. */
export type MirrorAnswer = Dispatcher.ResponseData;

/** Not longer than apt itself waits for what asks here. */
const timeouts = {
  connect: { timeout: 5_000 },
  headersTimeout: 10_000,
  bodyTimeout: 20_000,
};

/** Asks mirrors: follows them elsewhere, asks again when they are not in the mood. */
export class Mirror {
  readonly #dispatcher: Dispatcher;

  /** `proxy` is what the machine reaches its mirrors through. */
  constructor(proxy?: string) {
    const agent =
      proxy === undefined
        ? new Agent(timeouts)
        : new ProxyAgent({ ...timeouts, uri: proxy, proxyTunnel: false });
    this.#dispatcher = agent.compose(
      interceptors.redirect({ maxRedirections: 5 }),
    );
  }

  /** Gets a file, or status 304 when it is not newer than what is known. Throws when the mirror fails. */
  async ask(url: URL, known?: Date): Promise<MirrorAnswer> {
    return pRetry(() => this.#askOnce(url, known), {
      retries: 2,
      minTimeout: 200,
      shouldRetry: ({ error }) => !isTimeout(error),
    });
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #askOnce(url: URL, known?: Date): Promise<MirrorAnswer> {
    const conditions = known && {
      "cache-control": "max-age=0",
      "if-modified-since": known.toUTCString(),
    };
    const answer = await this.#dispatcher.request({
      ...{ origin: url.origin, path: url.pathname, method: "GET" },
      headers: { ...conditions },
    });
    if (answer.statusCode < 500) return answer;
    await answer.body.dump();
    throw new Error(`the mirror says ${answer.statusCode}`);
  }
}

/** Who waited that long would wait too long for another try. */
function isTimeout(error: Error): boolean {
  return (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError
  );
}
