import path from "node:path";
import { cacheDirectory } from "../toolchain/cache.ts";
import { defaultHosts, type Range } from "./addresses.ts";
import { ensureAllSucceeded } from "./all-succeeded.ts";
import { linkCheckout } from "./checkout.ts";
import {
  createDisk,
  planOwnSeed,
  removeDisk,
  user,
  type DiskKind,
} from "./disk.ts";
import { GitServer } from "./git/git-server.ts";
import { validateName, type Host } from "./host.ts";
import { execInside, type ExecOptions, type ExecResult } from "./inside.ts";
import { Machine, type Progress } from "./machine.ts";
import { powerOff, powerOn, powerState, type PowerState } from "./power.ts";
import { waitUntilReady } from "./readiness.ts";
import {
  createDiskFromSaved,
  removeSavedDisk,
  saveDisk,
} from "./saved-disk.ts";
import { renderSshArguments } from "./ssh.ts";
import { labNames, LabStore } from "./store.ts";

/** Which lab, and how it is run. */
export interface LabOptions {
  /** @default `$FLOTILLA_LAB`, else "dev" */
  readonly name?: string;
  /** Holds images, packages and labs. @default - `cacheDirectory()` */
  readonly cacheDir?: string;
  /** IPv4 range of all labs of the machine, /8 to /22. @default `$FLOTILLA_LAB_RANGE`, else "10.86.0.0/16" */
  readonly range?: string;
  /** Hosts that are made from now on get only packages that the cache has. @default false */
  readonly offline?: boolean;
  /** Where fresh disks lie. @default "folder" */
  readonly disk?: DiskKind;
  /** Processors of hosts that are made from now on. @default - all of the machine */
  readonly cpus?: number;
}

/** One host, as `status` shows it. */
export interface HostStatus {
  readonly name: string;
  readonly address: string;
  readonly state: PowerState;
}

/** One lab of this cache folder, as `list` shows it. */
export interface LabSummary {
  readonly name: string;
  readonly folder: string;
  readonly hosts: readonly HostStatus[];
}

const ignore: Progress = () => undefined;

/**
 * Real Debian hosts on this machine: a cloud for development and tests. Hosts outlive the process
 * that started them; everything about them lies in the lab's folder.
 *
 * @example
 * const lab = await Lab.open({ name: "test" });
 * await lab.up(["web-1"]);
 * await lab.exec("web-1", ["systemctl", "is-active", "ssh"]);
 * await lab.down();
 */
export class Lab {
  /** The user that hosts are reached as; it has sudo without a password. */
  readonly user = user;
  readonly #options: LabOptions;
  readonly #store: LabStore;
  readonly #range: Range;
  readonly #machine: Machine;

  private constructor(options: LabOptions, store: LabStore) {
    this.#options = options;
    this.#store = store;
    this.#range = store.planRange(options.range);
    this.#machine = new Machine(
      options.cacheDir ?? cacheDirectory(),
      this.#range,
      options.offline ?? false,
    );
  }

  /** Opens a lab by name; nothing is started and nothing written. */
  static async open(options: LabOptions = {}): Promise<Lab> {
    const name = options.name ?? (process.env.FLOTILLA_LAB || "dev");
    validateName("lab", name);
    return new Lab(
      options,
      await LabStore.open(options.cacheDir ?? cacheDirectory(), name),
    );
  }

  /** The labs of a cache folder. */
  static async list(cacheDir = cacheDirectory()): Promise<LabSummary[]> {
    const names = await labNames(cacheDir);
    const labs = await Promise.all(
      names.map((name) => Lab.open({ name, cacheDir })),
    );
    return labs.map((lab) => ({
      name: lab.name,
      folder: lab.folder,
      hosts: lab.status(),
    }));
  }

  get name(): string {
    return this.#store.name;
  }

  /** Everything of this lab; `.lab` in the checkout points here for lab dev. */
  get folder(): string {
    return this.#store.folder;
  }

  /** Private key of `user`. */
  get keyFile(): string {
    return this.#store.keyFile;
  }

  /** The pinned host keys, by address. */
  get knownHostsFile(): string {
    return this.#store.knownHostsFile;
  }

  /** Whether the image for this machine is built already. */
  async hasImage(): Promise<boolean> {
    return this.#machine.hasImage();
  }

  /** Builds the image of hosts unless it is there. Half a minute when packages are cached. */
  async ensureImage(progress: Progress = ignore): Promise<void> {
    await this.#machine.require();
    if (await this.hasImage()) return;
    await this.#machine.use(progress, () => this.#image(progress));
    await this.#machine.release();
  }

  /** Makes hosts that are not there, boots those that are off, and waits until all are ready. Idempotent. */
  async up(
    names: readonly string[] = [],
    progress: Progress = ignore,
  ): Promise<void> {
    await this.#changing(async () => {
      await this.#store.allot(
        names.length > 0 ? names : this.#defaultNames(),
        this.#range,
      );
      await this.#makeAndBoot(names, progress);
      await this.#gitServer.start();
      await linkCheckout(this.name, this.folder);
    });
  }

  /** Kills hosts and throws their disks away; addresses and keys stay. Without names: all of the lab. */
  async down(
    names: readonly string[] = [],
    progress: Progress = ignore,
  ): Promise<void> {
    await this.#changing(async () => {
      for (const host of this.#store.hosts(names)) {
        await this.#discard(host);
        await removeSavedDisk(host);
        progress(`${host.name}: gone`);
      }
      if (this.status().every(({ state }) => state !== "on"))
        await this.#gitServer.stop();
    });
    await this.#machine.release();
  }

  /** Throws disks away and boots fresh ones: same addresses, same keys, nothing else left. */
  async reset(
    names: readonly string[] = [],
    progress: Progress = ignore,
  ): Promise<void> {
    await this.#changing(async () => {
      await this.#store.allot(names, this.#range);
      for (const host of this.#store.hosts(names)) await this.#discard(host);
      await this.#makeAndBoot(names, progress);
    });
  }

  /** Takes the power away and puts the disks aside, in the place of those that were saved before. */
  async save(names: readonly string[] = []): Promise<void> {
    await this.#changing(async () => {
      for (const host of this.#store.hosts(names)) {
        await powerOff(host);
        await saveDisk(host);
        await this.#store.saveHost(host.name, {});
      }
    });
  }

  /** Throws disks away and boots from the saved ones, as often as is wanted: what is written now is not on them. */
  async restore(
    names: readonly string[] = [],
    progress: Progress = ignore,
  ): Promise<void> {
    await this.#changing(async () => {
      for (const host of this.#store.hosts(names)) {
        const disk = await createDiskFromSaved(host, this.#diskKind);
        await this.#discard(host);
        await this.#store.saveHost(host.name, { disk });
      }
      await this.#makeAndBoot(names, progress);
    });
  }

  /** Power loss: everything in the host stops at once, and its firewall rules are gone; the disk stays. */
  async powerOff(name: string): Promise<void> {
    await this.#changing(() => powerOff(this.#store.host(name)));
  }

  /** Boots a host from its disk and waits until it is ready. */
  async powerOn(name: string, progress: Progress = ignore): Promise<void> {
    await this.#changing(() =>
      this.#machine.use(progress, () =>
        this.#boot([this.#store.host(name)], progress),
      ),
    );
  }

  /** Name, address and power of each host of the lab. */
  status(): HostStatus[] {
    return this.#store.hosts().map((host) => ({
      name: host.name,
      address: host.address,
      state: powerState(host),
    }));
  }

  /** The address of a host; kept as long as the lab exists. */
  address(name: string): string {
    return this.#store.host(name).address;
  }

  /** Serves a git repository on this machine, at `https://localhost:<port>/<name>.git`, as long as the lab is up. It begins with the files of `from`. */
  async serveRepository(
    name: string,
    from: string,
    port: number,
  ): Promise<void> {
    await this.#changing(() => this.#gitServer.add(name, from, port));
  }

  /** The repositories that are served, and `ca.pem`, by which their server is known. */
  get repositoryFolder(): string {
    return path.join(this.folder, "git");
  }

  /** Runs a command as root inside a host, without SSH: it works when sshd or the firewall does not. */
  async exec(
    name: string,
    argv: readonly string[],
    options: ExecOptions = {},
  ): Promise<ExecResult> {
    return execInside(this.#store.host(name), argv, options);
  }

  /** Waits until a host that boots or reboots is ready. */
  async waitUntilReady(name: string): Promise<void> {
    await waitUntilReady(this.#store.host(name), this.sshArguments(name));
  }

  /** Arguments for OpenSSH that reach a host with the lab's key and accept only the pinned host key. */
  sshArguments(name: string): string[] {
    return renderSshArguments({
      destination: `${this.user}@${this.address(name)}`,
      keyFile: this.keyFile,
      knownHostsFile: this.knownHostsFile,
    });
  }

  get #gitServer(): GitServer {
    return new GitServer(this.repositoryFolder);
  }

  #defaultNames(): readonly string[] {
    const known = Object.keys(this.#store.state?.hosts ?? {});
    return known.length > 0 ? known : defaultHosts;
  }

  async #changing(work: () => Promise<void>): Promise<void> {
    await this.#machine.require();
    await this.#store.exclusively(work);
  }

  async #image(progress: Progress): Promise<string> {
    return this.#machine.image(progress, await this.#store.imagesInUse());
  }

  async #makeAndBoot(
    names: readonly string[],
    progress: Progress,
  ): Promise<void> {
    await this.#machine.use(progress, async () => {
      for (const host of this.#store.hosts(names)) {
        if (!host.state.disk) await this.#makeDisk(host, progress);
      }
      await this.#boot(this.#store.hosts(names), progress);
    });
  }

  async #makeDisk(host: Host, progress: Progress): Promise<void> {
    const image = await this.#image(progress);
    const { cpus, offline } = this.#options;
    const disk = await createDisk(host, {
      image,
      ...(offline !== undefined && { offline }),
      kind: this.#diskKind,
      seed: await planOwnSeed(host, await this.#store.clientKey()),
    });
    await this.#store.saveHost(host.name, {
      disk,
      ...(cpus !== undefined && { cpus }),
    });
  }

  async #boot(hosts: readonly Host[], progress: Progress): Promise<void> {
    const boots = hosts.map(async (host) => {
      if (powerState(host) !== "on") {
        await powerOff(host);
        await powerOn(host);
        progress(`${host.name}: booting`);
      }
      await this.waitUntilReady(host.name);
      progress(`${host.name}: ready at ${host.address}`);
    });
    await ensureAllSucceeded(boots);
  }

  get #diskKind(): DiskKind {
    return this.#options.disk ?? "folder";
  }

  async #discard(host: Host): Promise<void> {
    await powerOff(host);
    if (host.state.disk) await removeDisk(host.state.disk);
    await this.#store.saveHost(host.name, {});
  }
}
