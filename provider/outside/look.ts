import http from "node:http";
import net from "node:net";
import type { OutsideGate } from "../../manifest/gates.ts";

/** What one try from here saw. */
export interface Sight {
  readonly holds: boolean;
  /** The first layer that is broken. */
  readonly layer: "socket" | "protocol";
  /** One sentence, as the host's own probes say it. */
  readonly detail: string;
}

/** Milliseconds that one try may take, as on the host. */
const TRY_MILLISECONDS = 5000;
/** Bytes of a body that are looked through, as on the host. */
const BODY_BYTES = 4 * 1024 * 1024;

/** One try of a gate from the machine that this runs on. Never throws. */
export async function look(gate: OutsideGate): Promise<Sight> {
  const signal = AbortSignal.timeout(TRY_MILLISECONDS);
  try {
    return gate.kind === "tcp"
      ? await lookAtPort(gate, signal)
      : await lookAtPage(gate, signal);
  } catch (error) {
    return broken("socket", `${placeOf(gate)}: ${reasonOf(error, signal)}`);
  }
}

async function lookAtPort(
  gate: OutsideGate,
  signal: AbortSignal,
): Promise<Sight> {
  const { address: host, port } = gate;
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect({ host, port, signal });
    socket.once("error", reject).once("connect", () => {
      socket.destroy();
      resolve();
    });
  });
  return holds(`${placeOf(gate)} accepts connections`);
}

type PageGate = Extract<OutsideGate, { kind: "http" }>;

async function lookAtPage(gate: PageGate, signal: AbortSignal): Promise<Sight> {
  const answer = await get(gate, signal);
  const status = answer.statusCode ?? 0;
  const said = `GET ${gate.path} was answered with status ${status}`;
  if (status !== gate.status) {
    answer.destroy();
    return broken("protocol", `${said} instead of ${gate.status}`);
  }
  if (gate.body !== undefined && !(await contains(answer, gate.body)))
    return broken(
      "protocol",
      `${said}, but not with the expected text in its body`,
    );
  answer.destroy();
  return holds(`GET ${gate.path}: ${status}`);
}

async function get(
  gate: PageGate,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { address, port, path, host } = gate;
  const headers = { "user-agent": "flotilla", ...(host && { host }) };
  return new Promise((resolve, reject) => {
    http
      .get(
        { host: address, port, path, headers, agent: false, signal },
        resolve,
      )
      .once("error", reject);
  });
}

async function contains(
  answer: http.IncomingMessage,
  text: string,
): Promise<boolean> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= BODY_BYTES) break;
  }
  return Buffer.concat(chunks).includes(text);
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return `no answer in ${TRY_MILLISECONDS / 1000} s`;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ECONNREFUSED" ? "connection refused" : message;
}

function placeOf({ address, port }: OutsideGate): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function holds(detail: string): Sight {
  return { holds: true, layer: "protocol", detail };
}

function broken(layer: Sight["layer"], detail: string): Sight {
  return { holds: false, layer, detail };
}
