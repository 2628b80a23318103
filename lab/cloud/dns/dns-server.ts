import { createSocket, type RemoteInfo } from "node:dgram";
import { getServers } from "node:dns";
import { once } from "node:events";
import { answerMessage, refuseMessage } from "./message.ts";
import type { Zone } from "./zone.ts";

const upstreamSeconds = 3;

/** Where questions are answered. */
export interface DnsAddress {
  readonly address: string;
  readonly port: number;
}

/** A resolver over UDP: it answers for its zones, and asks the machine's resolvers for the rest. */
export class DnsServer {
  readonly #socket = createSocket("udp4");
  readonly #upstream: readonly string[];
  #zones: readonly Zone[] = [];

  /** `upstream` are addresses of resolvers. @default - the machine's */
  constructor(upstream: readonly string[] = getServers()) {
    this.#upstream = upstream.filter((server) =>
      /^[\d.]+(:\d+)?$/.test(server),
    );
    this.#socket.on("message", (message, from) => {
      void this.#answer(message, from);
    });
  }

  /** Answers from now on; port 0 is any that is free. */
  async listen(address: string, port: number): Promise<DnsAddress> {
    this.#socket.bind(port, address);
    await once(this.#socket, "listening");
    return this.#socket.address();
  }

  /** Makes these the zones there are. */
  load(zones: readonly Zone[]): void {
    this.#zones = zones;
  }

  close(): void {
    this.#socket.close();
  }

  // Nobody waits for this: a question that cannot be read, or a questioner that is gone, is not answered.
  async #answer(message: Buffer, from: RemoteInfo): Promise<void> {
    try {
      const own = answerMessage(this.#zones, message);
      const answer = own ?? (await this.#askUpstream(message));
      this.#socket.send(answer, from.port, from.address, () => undefined);
    } catch (error) {
      process.stderr.write(
        `a DNS question is not answered: ${String(error)}\n`,
      );
    }
  }

  async #askUpstream(message: Buffer): Promise<Buffer> {
    for (const server of this.#upstream) {
      const answer = await askOver(server, message);
      if (answer) return answer;
    }
    return refuseMessage(message);
  }
}

/** The answer of another resolver, byte for byte; undefined when it gives none in time. */
async function askOver(
  server: string,
  message: Buffer,
): Promise<Buffer | undefined> {
  const [address = "", port = "53"] = server.split(":");
  const socket = createSocket("udp4");
  const signal = AbortSignal.timeout(upstreamSeconds * 1000);
  try {
    socket.send(message, Number(port), address);
    const [answer] = (await once(socket, "message", { signal })) as [Buffer];
    return answer;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
