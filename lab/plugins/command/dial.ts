import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import ssh2 from "ssh2";
import { dialProblem, keyProblem } from "./dial-problem.ts";
import type { Connection, Endpoint } from "./inputs.ts";
import type { Run } from "./run.ts";

/** A connection that is ready for one command. */
export interface Opened {
  readonly client: ssh2.Client;
  readonly close: () => void;
}

/** Connects, through the proxy where there is one, and tries again as often as the endpoint allows. */
export async function openConnection(
  connection: Connection,
  run: Run,
): Promise<Opened> {
  const { proxy } = connection;
  if (!proxy) return opened([await dial(connection, run)]);
  const through = await dial(proxy, run, "proxy").catch((error: unknown) => {
    throw new Error(`proxy: ${(error as Error).message}`, { cause: error });
  });
  try {
    const sock = await forward(through, connection);
    return opened([await dial(connection, run, "", sock), through]);
  } catch (error) {
    through.end();
    throw error;
  }
}

function opened(clients: readonly [ssh2.Client, ...ssh2.Client[]]): Opened {
  const close = (): void => {
    for (const client of clients) client.end();
  };
  return { client: clients[0], close };
}

function forward(client: ssh2.Client, to: Endpoint): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, to.host, to.port, (error, stream) => {
      if (error) reject(error);
      else resolve(stream);
    });
  });
}

/** Tries a refused, unanswered or rejected login again: 0.1 s later, then half as long again each time, at most 5 s. */
async function dial(
  endpoint: Endpoint,
  { log, signal }: Run,
  what = "",
  sock?: Duplex,
): Promise<ssh2.Client> {
  const options = optionsOf(endpoint);
  const { dialErrorLimit: limit } = endpoint;
  let seconds = 0.1;
  for (let tries = 0; ; tries += 1) {
    try {
      return await connect(endpoint, { ...options, ...(sock ? { sock } : {}) });
    } catch (error) {
      const isLast = (limit >= 0 && tries >= limit) || signal.aborted;
      const problem = `after ${tries} failed attempts: ${dialProblem(error, endpoint)}`;
      if (isLast) throw new Error(problem, { cause: error });
    }
    const of = limit < 0 ? "inf" : String(limit);
    log.status(`Dial ${what && `${what} `}${tries + 1}/${of} failed: retrying`);
    await pause(seconds * 1000);
    seconds = Math.min(seconds * 1.5, 5);
  }
}

function optionsOf(endpoint: Endpoint): ssh2.ConnectConfig {
  const { host, port, user, privateKey, password, perDialTimeout } = endpoint;
  const problem = keyProblem(endpoint);
  if (problem) throw new Error(problem);
  const agent = endpoint.agentSocketPath ?? process.env["SSH_AUTH_SOCK"];
  return {
    ...{ host, port, username: user, readyTimeout: perDialTimeout * 1000 },
    ...(privateKey ? { privateKey } : {}),
    ...(endpoint.privateKeyPassword
      ? { passphrase: endpoint.privateKeyPassword }
      : {}),
    ...(password ? { password } : {}),
    ...(agent && !privateKey ? { agent } : {}),
    ...pinned(endpoint.hostKey),
  };
}

/** Without a host key any is accepted, as the official plugin does; Flotilla always gives one. */
function pinned(hostKey: string | null | undefined): ssh2.ConnectConfig {
  if (!hostKey) return {};
  const [type = "", text = ""] = hostKey.trim().split(/\s+/);
  const wanted = Buffer.from(text, "base64");
  const names = type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type];
  return {
    hostVerifier: (shown: Buffer) => shown.equals(wanted),
    algorithms: { serverHostKey: names as ssh2.ServerHostKeyAlgorithm[] },
  };
}

/** One try. The error tells which ways to log in were tried. */
function connect(
  endpoint: Endpoint,
  options: ssh2.ConnectConfig,
): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.once("ready", () => resolve(client));
    client.once("close", () => {
      reject(new Error("ssh: handshake failed: EOF"));
    });
    client.on("error", (error) => {
      client.destroy();
      reject(error);
    });
    client.connect(options);
  });
}
