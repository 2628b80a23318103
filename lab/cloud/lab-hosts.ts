import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { hostAddress, type Range } from "../addresses.ts";
import { isDeepStrictEqual } from "node:util";
import { changeCables, keepWires, writeCables } from "../cables.ts";
import { copyDisk, createDisk, diskRoot, removeDisk } from "../disk.ts";
import type { Host } from "../host.ts";
import { execInside } from "../inside.ts";
import type { Machine } from "../machine.ts";
import { bridge } from "../network.ts";
import { awaitInit, powerOff, powerOn, powerState } from "../power.ts";
import type { LabStore } from "../store.ts";
import type {
  Connections,
  FirstBoot,
  HostAddress,
  HostConnection,
  Hosts,
} from "./hosts.ts";
import { renderCloudSeed } from "./seed.ts";

/** In each lab: the gateway has 1, hosts have 11 and more. */
const resolverNumber = 2;

/** Droplets and servers as hosts of a lab. */
export class LabHosts implements Hosts {
  readonly #store: LabStore;
  readonly #machine: Machine;
  readonly #range: Range;
  #wires: readonly number[] | undefined;
  #kept: readonly string[] | undefined;
  /** Reserved, and not named by `connect` yet: one that was planned before must not give them back. */
  #fresh: readonly string[] = [];

  constructor(store: LabStore, machine: Machine) {
    this.#store = store;
    this.#machine = machine;
    this.#range = store.planRange();
  }

  get range(): string {
    return this.#range.cidr;
  }

  /** Runs `listen` while this machine has the address that hosts ask for names. A socket stays bound to it when the network goes and comes. */
  async withResolver(
    listen: (address: string) => Promise<unknown>,
  ): Promise<void> {
    await this.#using(async () => {
      await this.#store.allot([], this.#range);
      await listen(await this.#giveResolver());
    });
    await this.#machine.release();
  }

  async #giveResolver(): Promise<string> {
    const subnet = this.#store.state?.subnet;
    if (subnet === undefined) throw new Error("the lab has no subnet yet");
    const address = hostAddress(this.#range, subnet, resolverNumber);
    const words = ["address", "replace", `${address}/32`, "dev", bridge];
    await execa("ip", words);
    return address;
  }

  async connect({ hosts, addresses, wires }: Connections): Promise<void> {
    const changed = hosts.filter((wanted) => this.#isNews(wanted));
    this.#fresh = this.#fresh.filter((one) => !addresses.includes(one));
    const kept = [...addresses, ...this.#fresh];
    const isKept = isDeepStrictEqual(kept, this.#kept);
    if (changed.length > 0 || !isKept)
      await this.#store.exclusively(async () => {
        await this.#store.hold(kept);
        for (const wanted of changed) await this.#connect(wanted);
      });
    this.#kept = kept;
    const subnet = this.#store.state?.subnet;
    if (subnet === undefined || isDeepStrictEqual(wires, this.#wires)) return;
    await keepWires(subnet, wires);
    this.#wires = wires;
  }

  #isNews({ host, network }: HostConnection): boolean {
    const known = this.#store.state?.hosts[host];
    return known !== undefined && !isDeepStrictEqual(known.network, network);
  }

  async #connect({ host: name, network }: HostConnection): Promise<void> {
    const before = this.#store.host(name).state.network;
    await this.#store.saveNetwork(name, network);
    const host = this.#store.host(name);
    // A boot that is under way has plugged in what was there before.
    const init = await awaitInit(host);
    if (init === undefined) return;
    // Its next boot, which may be of its own accord, finds the same.
    await writeCables(host);
    await changeCables(host, before, init);
  }

  async allot(name: string): Promise<HostAddress> {
    return this.#store.exclusively(async () => {
      await this.#store.allot([name], this.#range, { unpinned: true });
      const { address, prefix, gateway } = this.#store.host(name);
      return { ip: address, prefix, gateway };
    });
  }

  async reserve(): Promise<string> {
    return this.#store.exclusively(async () => {
      const address = await this.#store.reserve(this.#range);
      this.#fresh = [...this.#fresh, address];
      return address;
    });
  }

  async install(name: string, boot: FirstBoot): Promise<void> {
    await this.#using(async () => {
      const host = this.#store.host(name);
      if (host.state.disk) await removeDisk(host.state.disk);
      const disk = await createDisk(host, {
        ...(await this.#base(boot.snapshot)),
        kind: "folder",
        hostname: boot.hostname,
        resolver: await this.#giveResolver(),
        seed: (instanceId) => renderCloudSeed({ ...boot, instanceId }),
      });
      await this.#store.saveHost(name, { disk, cpus: boot.cpus });
    });
  }

  async powerOn(name: string): Promise<void> {
    await this.#using(async () => {
      const host = this.#store.host(name);
      if (powerState(host) === "on") return;
      await this.#giveResolver();
      await powerOff(host);
      await powerOn(host);
    });
  }

  async powerOff(name: string): Promise<void> {
    await this.#using(() => powerOff(this.#store.host(name)));
  }

  async shutDown(name: string): Promise<void> {
    await this.#inside(this.#store.host(name), ["systemctl", "poweroff"]);
  }

  async reboot(name: string): Promise<void> {
    await this.#inside(this.#store.host(name), ["systemctl", "reboot"]);
  }

  async resize(name: string, cpus: number): Promise<void> {
    await this.#store.exclusively(async () => {
      const { disk } = this.#store.host(name).state;
      await this.#store.saveHost(name, { ...(disk && { disk }), cpus });
    });
  }

  async remove(name: string): Promise<void> {
    await this.#store.exclusively(async () => {
      if (!this.#store.state?.hosts[name]) return;
      const host = this.#store.host(name);
      await powerOff(host);
      if (host.state.disk) await removeDisk(host.state.disk);
      await this.#store.forget(name);
    });
    await this.#machine.release();
  }

  isOn(name: string): boolean {
    if (!this.#store.state?.hosts[name]) return false;
    return powerState(this.#store.host(name)) === "on";
  }

  async takeSnapshot(name: string, snapshot: string): Promise<number> {
    const host = this.#store.host(name);
    if (!host.state.disk) throw new Error(`${name} has no disk`);
    if (powerState(host) === "on") await this.#inside(host, ["sync"]);
    const folder = this.#snapshotFolder(snapshot);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await copyDisk(diskRoot(host.state.disk), path.join(folder, "disk"));
    await writeFile(path.join(folder, "image"), host.state.disk.image);
    const { stdout } = await execa("du", ["--summarize", "--bytes", folder]);
    return Number.parseInt(stdout);
  }

  async removeSnapshot(snapshot: string): Promise<void> {
    await rm(this.#snapshotFolder(snapshot), { recursive: true, force: true });
  }

  // A snapshot is what was written over one image, and means nothing over another.
  async #base(
    snapshot: string | undefined,
  ): Promise<{ image: string; from?: string }> {
    if (snapshot === undefined) {
      const inUse = await this.#store.imagesInUse();
      return { image: await this.#machine.image(report, inUse) };
    }
    const folder = this.#snapshotFolder(snapshot);
    const image = await readFile(path.join(folder, "image"), "utf8");
    return { image, from: path.join(folder, "disk") };
  }

  async #using(work: () => Promise<void>): Promise<void> {
    await this.#machine.require();
    await this.#store.exclusively(() => this.#machine.use(report, work));
  }

  async #inside(host: Host, argv: string[]): Promise<void> {
    const { exitCode, stderr } = await execInside(host, argv);
    if (exitCode !== 0)
      throw new Error(`${argv.join(" ")} on the host: ${stderr.trim()}`);
  }

  #snapshotFolder(snapshot: string): string {
    return path.join(this.#store.folder, "snapshots", snapshot);
  }
}

/** The server's log. */
function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
