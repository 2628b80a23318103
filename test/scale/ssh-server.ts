import net from "node:net";
import { buffer } from "node:stream/consumers";
import ssh2 from "ssh2";
import { unpack } from "./bundle.ts";
import { shellWords } from "./shell-words.ts";
import type { SimulatedHost } from "./simulated-host.ts";

/** The port that simulated hosts listen on. */
export const simulatedPort = 2222;

/** One SSH server for many hosts, each at a loopback address of its own. */
export class SimulatedHosts {
  /** Logins since the start. */
  logins = 0;
  readonly #hostKey: string;
  readonly #listeners: net.Server[] = [];

  /** @param hostKey private key of every host */
  constructor(hostKey: string) {
    this.#hostKey = hostKey;
  }

  /** Puts a host at an address. */
  async listen(address: string, host: SimulatedHost): Promise<void> {
    const listener = net.createServer((socket) => {
      this.#serve(host).injectSocket(socket);
    });
    this.#listeners.push(listener);
    await new Promise<void>((resolve, reject) => {
      listener.once("error", reject).listen(simulatedPort, address, resolve);
    });
  }

  /** Listens no longer; open connections end with their clients. */
  close(): void {
    for (const listener of this.#listeners) listener.close();
  }

  #serve(host: SimulatedHost): ssh2.Server {
    return new ssh2.Server({ hostKeys: [this.#hostKey] }, (client) => {
      client.on("error", () => undefined);
      client.on("authentication", (context) => {
        if (context.method === "publickey") context.accept();
        else context.reject(["publickey"]);
      });
      client.on("ready", () => (this.logins += 1));
      client.on("session", (accept) => {
        accept().on("exec", (acceptExec, _reject, { command }) => {
          const channel = acceptExec();
          answer(host, command, channel).catch((error: unknown) => {
            channel.stderr.write(String(error));
            end(channel, 1);
          });
        });
      });
    });
  }
}

/** What the provider asks for is one of two: the read-only script, or the bootstrap with its words. */
async function answer(
  host: SimulatedHost,
  command: string,
  channel: ssh2.ServerChannel,
): Promise<void> {
  if (command.endsWith("bash -s")) {
    const script = (await buffer(channel)).toString();
    channel.write(host.observe(callsOf(script)));
    end(channel, 0);
    return;
  }
  const words = shellWords(command);
  const [verb, runtime = "", job = "", bytes = ""] = words.slice(
    words.indexOf("flotilla") + 1,
  );
  if (verb !== "apply") throw new Error(`a simulated host does not ${verb}`);
  const bundle = await unpack(await take(channel, Number(bytes)));
  for (const line of host.apply(job, bundle, runtime))
    channel.write(`${line}\n`);
  if ((await line(channel)) === "ack") host.acknowledge(job);
  end(channel, 0);
}

/** The calls that follow the functions of `host/observe/` and `host/preflight/`. */
export function callsOf(script: string): string[][] {
  return script
    .split("\n")
    .filter((one) =>
      /^((attempt|beside) '|(observe_complete|all_answered)$)/.test(one),
    )
    .map(shellWords)
    .map(([how = "", ...words]) =>
      words.length === 0 ? [how] : words.slice(1),
    );
}

function end(channel: ssh2.ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}

/** Exactly so many bytes; what follows stays for `line`. */
async function take(
  channel: ssh2.ServerChannel,
  bytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < bytes) {
    const chunk = await next(channel);
    const rest = chunk.subarray(bytes - length);
    chunks.push(chunk.subarray(0, bytes - length));
    length += chunk.length - rest.length;
    if (rest.length > 0) channel.unshift(rest);
  }
  return Buffer.concat(chunks);
}

async function line(channel: ssh2.ServerChannel): Promise<string> {
  return (await next(channel)).toString().trim();
}

async function next(channel: ssh2.ServerChannel): Promise<Buffer> {
  for (;;) {
    const chunk = channel.read() as Buffer | null;
    if (chunk) return chunk;
    await new Promise<void>((resolve, reject) => {
      channel.once("readable", resolve).once("end", () => {
        reject(new Error("the connection ended early"));
      });
    });
  }
}
