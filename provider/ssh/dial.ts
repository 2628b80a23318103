import pRetry from "p-retry";
import ssh2 from "ssh2";
import { DialError } from "./dial-error.ts";
import type { Contact, Way } from "./dial-ways.ts";
import {
  fingerprint,
  isAccepted,
  parseHostKey,
  serverHostKeyAlgorithms,
} from "./host-key.ts";

/** What a dial needs besides the address. */
export interface DialOptions {
  /** Name of the host in messages. */
  readonly name: string;
  /** PEM or OpenSSH text of the private key. */
  readonly privateKey: string;
  /** Tried after `privateKey`, by the same connection. @default - no other key */
  readonly previousPrivateKey?: string | undefined;
  /** Seconds for all tries together. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

const SUPPORTED_HOST_KEYS = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
] as const;

/** Silence that counts as a lost connection: three answers missed, five seconds apart. */
const KEEPALIVE = { keepaliveInterval: 5000, keepaliveCountMax: 3 } as const;

/** Makes one verified connection; tries again while the host may still be starting. */
export async function dial(
  connection: Way,
  options: DialOptions,
): Promise<Contact> {
  return whileStarting(options, (milliseconds) =>
    dialOnce(connection, options, milliseconds),
  );
}

/** Tries again while the host may still be starting; each try is told how many milliseconds are left. */
export async function whileStarting<T>(
  { timeoutSeconds, signal }: Pick<DialOptions, "timeoutSeconds" | "signal">,
  once: (milliseconds: number) => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  return pRetry(() => once(deadline - Date.now()), {
    retries: 60,
    minTimeout: 200,
    maxTimeout: 2000,
    factor: 1.5,
    signal,
    shouldRetry: ({ error }) =>
      error instanceof DialError &&
      error.isTransient &&
      Date.now() + 2000 < deadline,
  });
}

/** One try. Nothing is sent to a host whose key is not among the accepted ones. */
export async function dialOnce(
  connection: Way,
  options: DialOptions,
  milliseconds: number,
): Promise<Contact> {
  const accepted = connection.hostKeys.map(parseHostKey);
  const client = new ssh2.Client();
  let shown: Buffer | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        reject(cancelled(options.name));
      };
      options.signal.addEventListener("abort", abort, { once: true });
      client.once("ready", resolve).once("error", reject);
      client.once("close", () => {
        reject(new Error("the connection was closed during the handshake"));
      });
      client.connect({
        host: connection.address,
        port: connection.port,
        username: connection.user,
        readyTimeout: readyTimeoutOf(milliseconds),
        ...KEEPALIVE,
        algorithms: {
          serverHostKey: serverHostKeyAlgorithms(
            accepted,
            SUPPORTED_HOST_KEYS,
          ) as ssh2.ServerHostKeyAlgorithm[],
        },
        hostVerifier: (blob: Buffer) => {
          shown = blob;
          return isAccepted(accepted, blob);
        },
        authHandler: loginsOf(connection.user, options),
      });
    });
  } catch (error) {
    client.on("error", () => {
      // Said below; a second error of a dead connection adds nothing.
    });
    client.destroy();
    throw dialErrorOf(error, { connection, options, shown });
  }
  return { client, way: connection, hostKey: shown ?? Buffer.alloc(0) };
}

/** How long one try may take. */
export function readyTimeoutOf(milliseconds: number): number {
  return Math.max(1000, Math.min(milliseconds, 10_000));
}

/** The key in use, then the one before it: a host that was not told of the new one yet still opens. */
function loginsOf(
  username: string,
  { privateKey, previousPrivateKey }: DialOptions,
): ssh2.PublicKeyAuthMethod[] {
  return [privateKey, previousPrivateKey]
    .filter((key) => key !== undefined)
    .map((key) => ({ type: "publickey", username, key }));
}

interface Attempt {
  readonly connection: Way;
  readonly options: DialOptions;
  readonly shown: Buffer | undefined;
}

function dialErrorOf(error: unknown, attempt: Attempt): DialError {
  if (error instanceof DialError) return error;
  const { connection, options, shown } = attempt;
  const accepted = connection.hostKeys.map(parseHostKey);
  const where = `${options.name} (${connection.user}@${connection.address}, port ${String(connection.port)})`;
  const { level } = error as { level?: string };
  if (shown && !isAccepted(accepted, shown)) {
    return new DialError(
      "wrong-host-key",
      `${where} shows another host key than the pinned one: nothing was sent. Shown: ${fingerprint(shown)}; pinned: ${accepted.map((key) => fingerprint(key.blob)).join(", ")}. If the machine was rebuilt, name ${options.name} in 'replace' (of a machine that exists, also pin its new key): one 'pulumi up' then puts everything on it again; a machine that Flotilla made may be given another 'generation' instead. If it was not rebuilt, somebody may be in between.`,
      { cause: error },
    );
  }
  if (level === "client-authentication") {
    return new DialError(
      "no-access",
      `${where} is up and is the right host, but refuses the login: no access with this key. Add the public key to ~${connection.user}/.ssh/authorized_keys there, or correct 'user' or the private key.`,
      { cause: error },
    );
  }
  return silence(error, where, options.timeoutSeconds);
}

/** What is said of a machine that no sshd answers on. */
export function silence(
  error: unknown,
  where: string,
  timeoutSeconds: number,
): DialError {
  const { code, message } = error as { code?: string; message: string };
  const tried = `tried for ${String(timeoutSeconds)} s`;
  if (code === "ECONNREFUSED") {
    return new DialError(
      "refused",
      `${where} refuses the connection: the machine answers, but nothing listens on that port (${tried}). Is sshd running, and is this its port?`,
      { cause: error },
    );
  }
  return new DialError(
    "unreachable",
    `${where} is unreachable (${tried}): ${message}. Is the machine on, is the address right, does a firewall drop the packets?`,
    { cause: error },
  );
}

function cancelled(name: string): DialError {
  return new DialError("cancelled", `cancelled while connecting to ${name}.`);
}
