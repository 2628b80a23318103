import pRetry from "p-retry";
import type ssh2 from "ssh2";
import type { Connection } from "../../manifest/manifest.ts";
import { DialError } from "./dial-error.ts";
import { dialOnce, type DialOptions } from "./dial.ts";

/** One way to a host: who, where, and the keys that it may show. */
export type Way = Omit<Connection, "first">;

/** A verified connection, and the way by which it came. */
export interface Contact {
  readonly client: ssh2.Client;
  readonly way: Way;
  /** The key that the host showed. */
  readonly hostKey: Buffer;
}

/** What a dial by several ways needs besides them. */
export interface WaysOptions extends DialOptions {
  /** Told why no way is open yet, after each round. */
  readonly onWait: (text: string) => void;
}

/** What the first round grants one way, in milliseconds; each later round grants more. A dropped packet must not use up the time of the others. */
const FIRST_TRY = 3000;

/**
 * The first of these ways that opens, round and round until the time is over: a login may come with the end of the
 * first boot. A host that shows a key that is in none of them ends it at once.
 */
export async function dialWays(
  ways: readonly Way[],
  options: WaysOptions,
): Promise<Contact> {
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  const goesOn = (error: unknown): boolean =>
    !isFinal(error) && Date.now() + 1000 < deadline;
  return pRetry(
    async (round) => {
      const failures: DialError[] = [];
      for (const way of ways) {
        const left = Math.min(FIRST_TRY * round, deadline - Date.now());
        try {
          return await dialOnce(way, options, left);
        } catch (error) {
          if (!(error instanceof DialError) || isFinal(error)) throw error;
          failures.push(error);
        }
      }
      throw noWay(ways, failures, options);
    },
    {
      retries: 10_000,
      minTimeout: 500,
      maxTimeout: 10_000,
      factor: 1.5,
      signal: options.signal,
      onFailedAttempt: ({ error }) => {
        options.onWait(error.message);
      },
      shouldRetry: ({ error }) => goesOn(error),
    },
  );
}

/** Nothing that a later try could change. */
function isFinal(error: unknown): boolean {
  return (
    !(error instanceof DialError) ||
    error.failure === "wrong-host-key" ||
    error.failure === "cancelled"
  );
}

/** What the host let in furthest says most. */
const TELLING = ["no-access", "refused", "unreachable"] as const;

function noWay(
  ways: readonly Way[],
  failures: readonly DialError[],
  { name, timeoutSeconds }: DialOptions,
): DialError {
  const failure =
    TELLING.find((kind) => failures.some((one) => one.failure === kind)) ??
    "unreachable";
  const tried = ways.map(({ user, port }, index) => {
    const why = failures[index]?.failure ?? failure;
    return `${user} on port ${String(port)}: ${why}`;
  });
  return new DialError(
    failure,
    `${name} (${ways[0]?.address ?? ""}) opens by none of its ways (tried for ${String(timeoutSeconds)} s): ${tried.join("; ")}. Is the machine on, is its first boot through, does a firewall drop the packets? Its console says more.`,
    { cause: failures.at(-1) },
  );
}
