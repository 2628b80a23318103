import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Addresses by what they are called. */
type Addresses = Readonly<Record<string, string>>;

/** Looks again and again which ports of some addresses accept a connection; addresses may come while it looks. */
export class OpenPorts {
  readonly #ports: readonly number[];
  readonly #addresses: () => Promise<Addresses>;
  readonly #open = new Map<string, Set<number>>();
  readonly #watching: Promise<void>;
  #looks = 0;
  #isOver = false;

  constructor(ports: readonly number[], addresses: () => Promise<Addresses>) {
    this.#ports = ports;
    this.#addresses = addresses;
    this.#watching = this.#watch();
  }

  /** Stops looking; says how often it looked, and every port that was ever open. */
  async end(): Promise<{
    readonly looks: number;
    readonly open: Readonly<Record<string, readonly number[]>>;
  }> {
    this.#isOver = true;
    await this.#watching;
    const open = [...this.#open].map(
      ([name, ports]) => [name, [...ports].sort((a, b) => a - b)] as const,
    );
    return { looks: this.#looks, open: Object.fromEntries(open) };
  }

  /** Twice a second, ten minutes at most. */
  async #watch(): Promise<void> {
    for (let look = 0; look < 1200 && !this.#isOver; look += 1) {
      const addresses = Object.entries(await this.#addresses());
      await Promise.all(
        addresses.flatMap(([name, address]) =>
          this.#ports.map((port) => this.#look(name, address, port)),
        ),
      );
      if (addresses.length > 0) this.#looks += 1;
      await delay(500);
    }
  }

  async #look(name: string, address: string, port: number): Promise<void> {
    if (!(await accepts(address, port))) return;
    const ports = this.#open.get(name) ?? new Set();
    this.#open.set(name, ports.add(port));
  }
}

/** Whether something accepts a connection within 400 ms. */
function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 400 });
    const end = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", end(true));
    socket.once("timeout", end(false)).once("error", end(false));
  });
}
