import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { cacheDirectory } from "../toolchain/cache.ts";
import {
  defaultHosts,
  defaultRange,
  parseRange,
  planHostNumbers,
  planSubnet,
  type Range,
} from "./addresses.ts";
import { linkCheckout } from "./checkout.ts";
import {
  createDisk,
  ensureHostKey,
  removeDisk,
  user,
  type DiskKind,
} from "./disk.ts";
import { withLock } from "./files.ts";
import { findHost, validateName, type Host } from "./host.ts";
import { ensureKeyPair, writeKnownHosts } from "./identity.ts";
import { buildImage, imageRoot, isFolder, readRecipe } from "./image.ts";
import { execInside, type ExecOptions, type ExecResult } from "./inside.ts";
import { releaseNetwork, withNetwork } from "./network.ts";
import {
  ensurePackageCache,
  packageProxy,
  stopPackageCache,
} from "./package-cache.ts";
import { readPackageSources } from "./package-sources.ts";
import { powerOff, powerOn, powerState, type PowerState } from "./power.ts";
import { waitUntilReady } from "./readiness.ts";
import { labProblem } from "./requirements.ts";
import { loadState, saveState, type LabState } from "./state.ts";

/** Says one line about work that takes a while. */
export type Progress = (line: string) => void;

/** Which lab, and how it is run. */
export interface LabOptions {
  /** @default `$FLOTILLA_LAB`, else "dev" */
  readonly name?: string;
  /** Holds images, packages and labs. @default - `cacheDirectory()` */
  readonly cacheDir?: string;
  /** IPv4 range of all labs of the machine, /8 to /22. @default `$FLOTILLA_LAB_RANGE`, else "10.86.0.0/16" */
  readonly range?: string;
  /** The package cache serves only what it has. @default - when the machine's mirror does not answer */
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
  readonly name: string;
  /** Everything of this lab; `.lab` in the checkout points here for lab dev. */
  readonly folder: string;
  /** The user that hosts are reached as; it has sudo without a password. */
  readonly user = user;
  /** Private key of that user. */
  readonly keyFile: string;
  /** The pinned host keys, by address. */
  readonly knownHostsFile: string;
  readonly #cacheDir: string;
  readonly #range: Range;
  readonly #options: LabOptions;
  #state: LabState | undefined;

  private constructor(
    name: string,
    options: LabOptions,
    state: LabState | undefined,
  ) {
    this.name = name;
    this.#cacheDir = options.cacheDir ?? cacheDirectory();
    this.#options = options;
    this.#state = state;
    this.#range = planRange(name, options, state);
    this.folder = labFolder(this.#cacheDir, name);
    this.keyFile = path.join(this.folder, "id_ed25519");
    this.knownHostsFile = path.join(this.folder, "known_hosts");
  }

  /** Opens a lab by name; nothing is started and nothing written. */
  static async open(options: LabOptions = {}): Promise<Lab> {
    const name = options.name ?? (process.env.FLOTILLA_LAB || "dev");
    validateName("lab", name);
    const state = await loadState(
      labFolder(options.cacheDir ?? cacheDirectory(), name),
    );
    return new Lab(name, options, state);
  }

  /** The labs of a cache folder. */
  static async list(cacheDir = cacheDirectory()): Promise<LabSummary[]> {
    const names = await readdir(path.join(cacheDir, "labs")).catch(() => []);
    const labs = await Promise.all(
      names.sort().map((name) => Lab.open({ name, cacheDir })),
    );
    return labs
      .filter((lab) => lab.#state)
      .map((lab) => ({
        name: lab.name,
        folder: lab.folder,
        hosts: lab.status(),
      }));
  }

  /** Whether the image for this machine's recipe is built already. */
  async hasImage(): Promise<boolean> {
    const recipe = await readRecipe(await readPackageSources());
    return isFolder(await imageRoot(this.#imageFolder, recipe));
  }

  /** Builds the image of hosts unless it is there. Half a minute when packages are cached. */
  async ensureImage(progress: Progress = ignore): Promise<string> {
    await requireMachine();
    const root = await this.#withNetwork(progress, () =>
      this.#buildImage(progress),
    );
    await releaseNetwork(stopPackageCache);
    return root;
  }

  /** Makes hosts that are not there, boots those that are off, and waits until all are ready. Idempotent. */
  async up(
    names: readonly string[] = [],
    progress: Progress = ignore,
  ): Promise<void> {
    await requireMachine();
    await this.#exclusively(async () => {
      await this.#allot(names.length > 0 ? names : this.#defaultNames());
      const wanted = this.#hosts(names);
      await this.#withNetwork(progress, async () => {
        await this.#makeDisks(wanted, progress);
        await this.#powerOnAll(this.#hosts(names), progress);
      });
      await linkCheckout(this.name, this.folder);
    });
  }

  /** Kills hosts and throws their disks away; addresses and keys stay. Without names: all of the lab. */
  async down(
    names: readonly string[] = [],
    progress: Progress = ignore,
  ): Promise<void> {
    await requireMachine();
    await this.#exclusively(async () => {
      for (const host of this.#hosts(names)) {
        await this.#discard(host);
        progress(`${host.name}: gone`);
      }
    });
    await releaseNetwork(stopPackageCache);
  }

  /** Throws disks away and boots fresh ones: same address, same keys, nothing else left. */
  async reset(
    names: readonly string[] = [],
    progress: Progress = ignore,
  ): Promise<void> {
    await requireMachine();
    await this.#exclusively(async () => {
      for (const host of this.#hosts(names)) await this.#discard(host);
      await this.#withNetwork(progress, async () => {
        await this.#makeDisks(this.#hosts(names), progress);
        await this.#powerOnAll(this.#hosts(names), progress);
      });
    });
  }

  /** Power loss: everything in the host stops at once, and its firewall rules are gone; the disk stays. */
  async powerOff(name: string): Promise<void> {
    await requireMachine();
    await this.#exclusively(() => powerOff(this.#host(name)));
  }

  /** Boots a host from its disk and waits until it is ready. */
  async powerOn(name: string, progress: Progress = ignore): Promise<void> {
    await requireMachine();
    await this.#exclusively(() =>
      this.#withNetwork(progress, () =>
        this.#powerOnAll([this.#host(name)], progress),
      ),
    );
  }

  /** Name, address and power of each host of the lab. */
  status(): HostStatus[] {
    return this.#hosts().map((host) => ({
      name: host.name,
      address: host.address,
      state: powerState(host),
    }));
  }

  /** The address of a host; kept as long as the lab exists. */
  address(name: string): string {
    return this.#host(name).address;
  }

  /** Runs a command as root inside a host, without SSH. */
  async exec(
    name: string,
    argv: readonly string[],
    options: ExecOptions = {},
  ): Promise<ExecResult> {
    return execInside(this.#host(name), argv, options);
  }

  /** Waits until a host that was told to boot or reboot is ready. */
  async waitUntilReady(name: string): Promise<void> {
    const host = this.#host(name);
    await waitUntilReady(host, this.sshArguments(name));
  }

  /** Arguments for OpenSSH that reach a host with the lab's key and accept only the pinned host key. */
  sshArguments(name: string): string[] {
    return [
      ...[
        "-F",
        "none",
        "-o",
        "BatchMode=yes",
        "-o",
        "IdentitiesOnly=yes",
        "-i",
        this.keyFile,
      ],
      ...[
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        `UserKnownHostsFile=${this.knownHostsFile}`,
      ],
      ...[
        "-o",
        "GlobalKnownHostsFile=none",
        `${this.user}@${this.address(name)}`,
      ],
    ];
  }

  get #imageFolder(): string {
    return path.join(this.#cacheDir, "image");
  }

  #defaultNames(): readonly string[] {
    const known = Object.keys(this.#state?.hosts ?? {});
    return known.length > 0 ? known : defaultHosts;
  }

  #host(name: string): Host {
    return findHost(this.folder, this.#state ?? emptyState(this.#range), name);
  }

  #hosts(names: readonly string[] = []): Host[] {
    const known = Object.keys(this.#state?.hosts ?? {});
    return (names.length > 0 ? names : known).map((name) => this.#host(name));
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await withLock(
      path.join(this.folder, "lab.lock"),
      "exclusive",
      async () => {
        this.#state = await loadState(this.folder);
        await work();
      },
    );
  }

  async #withNetwork<T>(
    progress: Progress,
    work: () => Promise<T>,
  ): Promise<T> {
    const sources = await readPackageSources();
    const { offline } = this.#options;
    return withNetwork(this.#range, async () => {
      const cache = await ensurePackageCache({
        folder: path.join(this.#cacheDir, "packages"),
        address: this.#range.gateway,
        sources,
        ...(offline !== undefined && { offline }),
      });
      if (cache.offline)
        progress("packages: offline, only what the cache holds");
      return work();
    });
  }

  async #buildImage(progress: Progress): Promise<string> {
    const recipe = await readRecipe(await readPackageSources());
    const root = await imageRoot(this.#imageFolder, recipe);
    if (await isFolder(root)) return root;
    progress("image: building Debian 12 (once; half a minute and more)");
    await buildImage(
      this.#imageFolder,
      recipe,
      packageProxy(this.#range.gateway),
    );
    progress("image: built");
    return root;
  }

  async #allot(names: readonly string[]): Promise<void> {
    names.forEach((name) => {
      validateName("host", name);
    });
    const state = this.#state ?? (await this.#newState());
    const known = Object.fromEntries(
      Object.entries(state.hosts).map(([name, host]) => [name, host.number]),
    );
    const numbers = planHostNumbers(known, names);
    const hosts = Object.entries(numbers).map(
      ([name, number]) => [name, { ...state.hosts[name], number }] as const,
    );
    await this.#save({
      ...state,
      range: this.#range.cidr,
      hosts: Object.fromEntries(hosts),
    });
    await this.#writeKeys();
  }

  async #newState(): Promise<LabState> {
    const names = await readdir(path.join(this.#cacheDir, "labs")).catch(
      () => [],
    );
    const others = await Promise.all(
      names.map((name) => loadState(labFolder(this.#cacheDir, name))),
    );
    const taken = others.flatMap((state) => (state ? [state.subnet] : []));
    return {
      ...emptyState(this.#range),
      subnet: planSubnet(this.name, taken, this.#range),
    };
  }

  async #writeKeys(): Promise<void> {
    await ensureKeyPair(this.keyFile, `flotilla-lab-${this.name}`);
    const entries = await Promise.all(
      this.#hosts().map(
        async (host) =>
          [host.address, (await ensureHostKey(host)).publicKey] as const,
      ),
    );
    await writeKnownHosts(this.knownHostsFile, Object.fromEntries(entries));
  }

  async #makeDisks(hosts: readonly Host[], progress: Progress): Promise<void> {
    const bare = hosts.filter((host) => !host.state.disk);
    if (bare.length === 0) return;
    const image = await this.#buildImage(progress);
    const clientKey = await ensureKeyPair(
      this.keyFile,
      `flotilla-lab-${this.name}`,
    );
    const { cpus, disk: kind = "folder" } = this.#options;
    for (const host of bare) {
      const disk = await createDisk(host, { image, clientKey, kind });
      await this.#saveHost(host, {
        number: host.state.number,
        disk,
        ...(cpus !== undefined && { cpus }),
      });
    }
  }

  async #powerOnAll(hosts: readonly Host[], progress: Progress): Promise<void> {
    const ready = hosts.map(async (host) => {
      if (powerState(host) !== "on") {
        await powerOff(host);
        await powerOn(host);
        progress(`${host.name}: booting`);
      }
      await waitUntilReady(host, this.sshArguments(host.name));
      progress(`${host.name}: ready at ${host.address}`);
    });
    const failed = (await Promise.allSettled(ready)).flatMap((result) =>
      result.status === "rejected" ? [result.reason as Error] : [],
    );
    if (failed.length === 1 && failed[0]) throw failed[0];
    if (failed.length > 1)
      throw new AggregateError(
        failed,
        failed.map(({ message }) => message).join("\n"),
      );
  }

  async #discard(host: Host): Promise<void> {
    await powerOff(host);
    const { disk, number } = host.state;
    if (disk) await removeDisk(disk);
    await this.#saveHost(host, { number });
  }

  async #saveHost(
    host: Host,
    hostState: LabState["hosts"][string],
  ): Promise<void> {
    const state = this.#state ?? emptyState(this.#range);
    await this.#save({
      ...state,
      hosts: { ...state.hosts, [host.name]: hostState },
    });
  }

  async #save(state: LabState): Promise<void> {
    this.#state = state;
    await saveState(this.folder, state);
  }
}

async function requireMachine(): Promise<void> {
  const problem = await labProblem();
  if (problem !== undefined) throw new Error(problem);
}

function labFolder(cacheDir: string, name: string): string {
  return path.join(cacheDir, "labs", name);
}

function emptyState(range: Range): LabState {
  return { version: 1, range: range.cidr, subnet: 0, hosts: {} };
}

/** A lab with disks keeps its range: its hosts' addresses are in known_hosts and in configurations. */
function planRange(
  name: string,
  options: LabOptions,
  state: LabState | undefined,
): Range {
  const asked = options.range ?? (process.env.FLOTILLA_LAB_RANGE || undefined);
  const range = parseRange(asked ?? state?.range ?? defaultRange);
  const hasDisks = Object.values(state?.hosts ?? {}).some((host) => host.disk);
  if (state && hasDisks && state.range !== range.cidr) {
    throw new Error(
      `lab ${name} has hosts in ${state.range}: take them down before it moves to ${range.cidr}`,
    );
  }
  return range;
}
