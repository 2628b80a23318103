import ssh2 from "ssh2";
import { DialError } from "./dial-error.ts";
import {
  readyTimeoutOf,
  silence,
  whileStarting,
  type DialOptions,
} from "./dial.ts";

/** Where a host is asked for its key. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What asking needs besides the place; no login is tried, so no private key. */
export type AskOptions = Omit<DialOptions, "privateKey" | "previousPrivateKey">;

/**
 * The ed25519 key that a host shows, and proves to have, as `ssh-ed25519 AAAA…`. The connection ends with the key
 * exchange: nothing is sent after it. Tries again while the host may still be starting.
 */
export async function shownKey(
  place: Place,
  options: AskOptions,
): Promise<string> {
  return whileStarting(options, (milliseconds) =>
    askOnce(place, options, milliseconds),
  );
}

async function askOnce(
  { address, port }: Place,
  options: AskOptions,
  milliseconds: number,
): Promise<string> {
  const client = new ssh2.Client();
  let shown: Buffer = Buffer.alloc(0);
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        const text = `cancelled while asking ${options.name} for its key.`;
        reject(new DialError("cancelled", text));
      };
      options.signal.addEventListener("abort", abort, { once: true });
      // Behind the signature: whoever only repeats somebody's public key does not get here.
      client.once("handshake", () => resolve()).once("error", reject);
      client.once("close", () => {
        reject(new Error("the connection was closed during the handshake"));
      });
      client.connect({
        host: address,
        port,
        username: "nobody",
        readyTimeout: readyTimeoutOf(milliseconds),
        algorithms: { serverHostKey: ["ssh-ed25519"] },
        hostVerifier: (blob: Buffer) => {
          shown = blob;
          return true;
        },
        authHandler: () => false,
      });
    });
  } catch (error) {
    throw askErrorOf(error, `${options.name} (${address}, port ${port})`, {
      ...options,
    });
  } finally {
    client.on("error", () => {
      // The question was answered, or its failure is said.
    });
    client.destroy();
  }
  return `ssh-ed25519 ${shown.toString("base64")}`;
}

function askErrorOf(
  error: unknown,
  where: string,
  { timeoutSeconds }: AskOptions,
): DialError {
  if (error instanceof DialError) return error;
  const { message } = error as { message: string };
  if (/no matching host key/.test(message)) {
    return new DialError(
      "wrong-host-key",
      `${where} has no ed25519 host key: nothing was accepted. Make one there (ssh-keygen -A), or pin the key that it has as hostKey.`,
      { cause: error },
    );
  }
  return silence(error, where, timeoutSeconds);
}
