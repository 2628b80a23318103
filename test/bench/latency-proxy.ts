import net from "node:net";

interface Place {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy that holds back what goes through it: half of the round trip in each direction. */
export class LatencyProxy {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(to: Place, roundTripMilliseconds: number) {
    const delay = roundTripMilliseconds / 2;
    this.#server = net.createServer((near) => {
      const far = net.connect(to);
      this.#sockets.add(near).add(far);
      pass(near, far, delay);
      pass(far, near, delay);
    });
  }

  /** Listens at `from` and passes on to `to`. */
  static async open(
    from: Place,
    to: Place,
    roundTripMilliseconds: number,
  ): Promise<LatencyProxy> {
    const proxy = new LatencyProxy(to, roundTripMilliseconds);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject).listen(from, resolve);
    });
    return proxy;
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Timers of one length fire in the order in which they were set: bytes stay in order. */
function pass(from: net.Socket, to: net.Socket, delay: number): void {
  from.setNoDelay(true);
  const later = (work: () => void): void => {
    setTimeout(work, delay);
  };
  from.on("data", (bytes) => later(() => to.writable && to.write(bytes)));
  from.on("end", () => later(() => to.end()));
  from.on("error", () => later(() => to.destroy()));
}
