import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { until } from "../e2e/engine.ts";
import type { TestFleet } from "../e2e/test-fleet.ts";

const hosts = ["web-1", "db-1"] as const;

/** What an update begins with: hosts and a state that know nothing, or such as were kept before. */
export class Beginnings {
  readonly #fleet: TestFleet;

  private constructor(fleet: TestFleet) {
    this.#fleet = fleet;
  }

  /** Of a fleet that was opened just now. */
  static async open(fleet: TestFleet): Promise<Beginnings> {
    const beginnings = new Beginnings(fleet);
    await beginnings.#keepState("nothing");
    return beginnings;
  }

  /** Puts disks and state aside as they are now; the hosts go off. */
  async keep(): Promise<void> {
    const { lab } = this.#fleet;
    for (const host of hosts) {
      await lab.exec(host, ["systemctl", "poweroff"]);
      await until(`${host} is off`, () =>
        lab
          .status()
          .some(({ name, state }) => name === host && state === "off"),
      );
    }
    await lab.save(hosts);
    await this.#keepState("kept");
  }

  /** Fresh hosts, and a state that knows nothing of them. */
  async nothing(): Promise<void> {
    await this.#fleet.lab.reset(hosts);
    await this.#takeState("nothing");
  }

  /** What was kept. */
  async kept(): Promise<void> {
    await this.#fleet.lab.restore(hosts);
    await this.#takeState("kept");
  }

  async #keepState(name: string): Promise<void> {
    await cp(this.#fleet.stateFolder, this.#folderOf(name), {
      recursive: true,
    });
  }

  async #takeState(name: string): Promise<void> {
    await rm(this.#fleet.stateFolder, { recursive: true, force: true });
    await cp(this.#folderOf(name), this.#fleet.stateFolder, {
      recursive: true,
    });
  }

  #folderOf(name: string): string {
    return path.join(this.#fleet.folder, `state-${name}`);
  }
}
