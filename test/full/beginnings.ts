import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { until } from "../e2e/engine.ts";
import type { FleetDocument, TestFleet } from "../e2e/test-fleet.ts";

const hosts = ["web-1", "db-1"] as const;

/**
 * What an update begins with: hosts and a state that know nothing, or such on which an update of the packages alone
 * is done. The second spares an attempt the half of an update in which apt works.
 */
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

  /** Installs alone what the update that was run last installed, and puts disks and state aside. */
  async prepare(): Promise<void> {
    const { lab } = this.#fleet;
    const whole = this.#fleet.config;
    this.#fleet.config = await this.#withPackagesAlone();
    await this.#fleet.configure();
    await this.nothing();
    await this.#fleet.up();
    this.#fleet.config = whole;
    await this.#fleet.configure();
    for (const host of hosts) {
      await lab.exec(host, ["systemctl", "poweroff"]);
      await until(`${host} is off`, () =>
        lab
          .status()
          .some(({ name, state }) => name === host && state === "off"),
      );
    }
    await lab.save(hosts);
    await this.#keepState("packages");
  }

  async nothing(): Promise<void> {
    await this.#fleet.lab.reset(hosts);
    await this.#takeState("nothing");
  }

  async packages(): Promise<void> {
    await this.#fleet.lab.restore(hosts);
    await this.#takeState("packages");
  }

  async #withPackagesAlone(): Promise<FleetDocument> {
    const { config } = this.#fleet;
    const withPackages = async (host: (typeof hosts)[number]) => ({
      ...config.hosts[host],
      packages: await this.#installedOn(host),
    });
    return {
      ...config,
      hosts: {
        "web-1": await withPackages("web-1"),
        "db-1": await withPackages("db-1"),
      },
      services: {},
      sites: {},
      flows: {},
      users: {},
      firewall: { enabled: false },
      hardening: undefined,
    };
  }

  async #installedOn(host: string): Promise<string[]> {
    const steps =
      "grep -hP '^step\\t[^\\t]+\\tpackages-install\\t' /var/lib/flotilla/jobs/*/plan | cut -f 4-";
    return (await this.#fleet.on(host, steps)).split(/\s+/);
  }

  async #keepState(name: string): Promise<void> {
    await cp(this.#fleet.stateFolder, this.#kept(name), { recursive: true });
  }

  async #takeState(name: string): Promise<void> {
    await rm(this.#fleet.stateFolder, { recursive: true, force: true });
    await cp(this.#kept(name), this.#fleet.stateFolder, { recursive: true });
  }

  #kept(name: string): string {
    return path.join(this.#fleet.folder, `state-${name}`);
  }
}
