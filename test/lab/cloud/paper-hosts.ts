import type {
  Connections,
  FirstBoot,
  HostAddress,
  Hosts,
} from "../../../lab/cloud/hosts.ts";

/** Hosts that are only written down, for what an API answers: nothing boots. */
export class PaperHosts implements Hosts {
  readonly installed = new Map<string, FirstBoot>();
  readonly snapshots = new Set<string>();
  readonly #addresses = new Map<string, string>();
  readonly #on = new Set<string>();

  readonly range = "198.51.100.0/24";
  /** What they are connected to. */
  connections: Connections = { hosts: [], addresses: [], wires: [] };
  #given = 0;

  get allotted(): string[] {
    return [...this.#addresses.keys()];
  }

  connect = async (wanted: Connections): Promise<void> => {
    this.connections = structuredClone(wanted);
  };

  reserve = async (): Promise<string> => {
    this.#given += 1;
    return `198.51.100.${this.#given}`;
  };

  allot = async (name: string): Promise<HostAddress> => {
    const ip = await this.reserve();
    this.#addresses.set(name, ip);
    return { ip, prefix: 24, gateway: "198.51.100.254" };
  };

  install = async (name: string, boot: FirstBoot): Promise<void> => {
    if (this.#on.has(name)) throw new Error(`${name} is on`);
    if (boot.snapshot !== undefined && !this.snapshots.has(boot.snapshot))
      throw new Error(`there is no snapshot ${boot.snapshot}`);
    this.installed.set(name, boot);
  };

  powerOn = async (name: string): Promise<void> => {
    if (!this.installed.has(name)) throw new Error(`${name} has no disk`);
    this.#on.add(name);
  };

  powerOff = async (name: string): Promise<void> => {
    this.#on.delete(name);
  };

  shutDown = this.powerOff;

  reboot = async (name: string): Promise<void> => {
    if (!this.isOn(name)) throw new Error(`${name} is off`);
  };

  resize = async (name: string, cpus: number): Promise<void> => {
    const boot = this.installed.get(name);
    if (boot) this.installed.set(name, { ...boot, cpus });
  };

  remove = async (name: string): Promise<void> => {
    this.#on.delete(name);
    this.installed.delete(name);
    this.#addresses.delete(name);
  };

  isOn = (name: string): boolean => this.#on.has(name);

  takeSnapshot = async (name: string, snapshot: string): Promise<number> => {
    if (!this.installed.has(name)) throw new Error(`${name} has no disk`);
    this.snapshots.add(snapshot);
    return 12_000_000;
  };

  removeSnapshot = async (snapshot: string): Promise<void> => {
    this.snapshots.delete(snapshot);
  };
}
