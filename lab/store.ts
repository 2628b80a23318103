import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  defaultRange,
  hostAddress,
  hostNumber,
  parseRange,
  planFreed,
  planHostNumbers,
  planNumber,
  planSubnet,
  type Range,
} from "./addresses.ts";
import { ensureHostKey } from "./disk.ts";
import { withLock } from "./files.ts";
import { findHost, validateName, type Host } from "./host.ts";
import type { HostNetwork } from "./host-network.ts";
import { ensureKeyPair, writeKnownHosts, type KeyPair } from "./identity.ts";
import {
  loadNeighbour,
  loadState,
  saveState,
  type HostState,
  type LabState,
  type Neighbour,
} from "./state.ts";

/** One lab's folder: its state, its keys. */
export class LabStore {
  readonly name: string;
  readonly folder: string;
  readonly #labsFolder: string;
  #state: LabState | undefined;

  private constructor(
    labsFolder: string,
    name: string,
    state: LabState | undefined,
  ) {
    this.name = name;
    this.folder = path.join(labsFolder, name);
    this.#labsFolder = labsFolder;
    this.#state = state;
  }

  /** Reads a lab's state; writes nothing. */
  static async open(cacheDir: string, name: string): Promise<LabStore> {
    const labsFolder = path.join(cacheDir, "labs");
    return new LabStore(
      labsFolder,
      name,
      await loadState(path.join(labsFolder, name)),
    );
  }

  /** The state, or undefined when the lab was never started. */
  get state(): LabState | undefined {
    return this.#state;
  }

  get keyFile(): string {
    return path.join(this.folder, "id_ed25519");
  }

  get knownHostsFile(): string {
    return path.join(this.folder, "known_hosts");
  }

  /** The range that is asked for. A lab with disks keeps its own: the addresses stand in known_hosts. */
  planRange(asked = process.env["FLOTILLA_LAB_RANGE"] || undefined): Range {
    const range = parseRange(asked ?? this.#state?.range ?? defaultRange);
    const hosts = Object.values(this.#state?.hosts ?? {});
    const moves = this.#state && this.#state.range !== range.cidr;
    if (moves && hosts.some((host) => host.disk)) {
      throw new Error(
        `lab ${this.name} has hosts in ${this.#state?.range}: take them down before it moves to ${range.cidr}`,
      );
    }
    return range;
  }

  /** A host of the lab; throws with the names there are. */
  host(name: string): Host {
    return findHost(this.folder, this.#state, name);
  }

  /** These hosts, or all of the lab. */
  hosts(names: readonly string[] = []): Host[] {
    const wanted =
      names.length > 0 ? names : Object.keys(this.#state?.hosts ?? {});
    return [...new Set(wanted)].map((name) => this.host(name));
  }

  /** Runs `work` while no other process changes this lab, on its newest state. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return withLock(
      path.join(this.folder, "lab.lock"),
      "exclusive",
      async () => {
        this.#state = await loadState(this.folder);
        return work();
      },
    );
  }

  /** Gives new names their addresses and keys; names that are known keep theirs. `unpinned` ones get no key. */
  async allot(
    names: readonly string[],
    range: Range,
    fresh: Pick<HostState, "unpinned"> = {},
  ): Promise<void> {
    for (const name of names) validateName("host", name);
    const state = this.#state ?? (await this.#newState(range));
    const known = Object.entries(state.hosts).map(
      ([name, host]) => [name, host.number] as const,
    );
    const numbers = planHostNumbers(Object.fromEntries(known), names, state);
    const hosts: Record<string, HostState> = {};
    for (const [name, number] of Object.entries(numbers))
      hosts[name] = { ...(state.hosts[name] ?? fresh), number };
    await this.#save({ ...state, range: range.cidr, hosts });
    await this.#writeKeys();
  }

  /** An address of the lab that nobody has, kept until `hold` is told otherwise. */
  async reserve(range: Range): Promise<string> {
    const state = this.#state ?? (await this.#newState(range));
    const number = planNumber("a reserved address", numbersOf(state), state);
    const held = [...(state.held ?? []), number];
    await this.#save({ ...state, range: range.cidr, held });
    return hostAddress(range, state.subnet, number);
  }

  /** Keeps these addresses of the lab for somebody, and no others. */
  async hold(addresses: readonly string[]): Promise<void> {
    if (!this.#state) return;
    const held = [...new Set(addresses.map(hostNumber))];
    if (isDeepStrictEqual(held, this.#state.held ?? [])) return;
    await this.#save({ ...this.#state, held });
  }

  /** Keeps what became of a host. */
  async saveHost(
    name: string,
    change: Omit<HostState, "number" | "unpinned" | "network">,
  ): Promise<void> {
    const { number, unpinned, network } = this.host(name).state;
    const kept = {
      number,
      ...(unpinned && { unpinned }),
      ...(network && { network }),
    };
    await this.#keepHost(name, { ...kept, ...change });
  }

  /** Keeps how a host is connected. */
  async saveNetwork(name: string, network: HostNetwork): Promise<void> {
    await this.#keepHost(name, { ...this.host(name).state, network });
  }

  /** Forgets a host and everything of it: its address may be another's. */
  async forget(name: string): Promise<void> {
    if (!this.#state?.hosts[name]) return;
    const { folder } = this.host(name);
    const hosts = { ...this.#state.hosts };
    Reflect.deleteProperty(hosts, name);
    await this.#save({ ...this.#state, hosts });
    await rm(folder, { recursive: true, force: true });
  }

  /** The key that lets one into every host of the lab. */
  async clientKey(): Promise<KeyPair> {
    return ensureKeyPair(this.keyFile, `flotilla-lab-${this.name}`);
  }

  /** Image folders that disks of any lab in this cache folder lie on. */
  async imagesInUse(): Promise<Set<string>> {
    const states = [
      ...(await this.#otherStates()),
      ...(this.#state ? [this.#state] : []),
    ];
    const disks = states.flatMap((state) =>
      Object.values(state.hosts).map((host) => host.disk?.image),
    );
    const saved = await this.#snapshotImages();
    return new Set([...disks, ...saved].filter((image) => image !== undefined));
  }

  /** What the snapshots of any lab's cloud lie on: without it they could not be read. */
  async #snapshotImages(): Promise<string[]> {
    const labs = await readdir(this.#labsFolder).catch(() => []);
    const folders = labs.map((lab) =>
      path.join(this.#labsFolder, lab, "snapshots"),
    );
    const names = await Promise.all(
      folders.map(async (folder) =>
        (await readdir(folder).catch(() => [])).map((name) =>
          path.join(folder, name, "image"),
        ),
      ),
    );
    const files = names.flat();
    // One that is being made has none yet: its host's disk counts.
    const read = (file: string) => readFile(file, "utf8").catch(() => "");
    return Promise.all(files.map(read));
  }

  async #keepHost(name: string, kept: HostState): Promise<void> {
    if (!this.#state) throw new Error(`lab ${this.name} has no state yet`);
    const hosts = { ...this.#state.hosts, [name]: kept };
    await this.#save({ ...this.#state, hosts });
  }

  async #writeKeys(): Promise<void> {
    await this.clientKey();
    const keys: Record<string, string> = {};
    const pinned = this.hosts().filter(({ state }) => !state.unpinned);
    for (const host of pinned)
      keys[host.address] = (await ensureHostKey(host)).publicKey;
    await writeKnownHosts(this.knownHostsFile, keys);
  }

  async #newState(range: Range): Promise<LabState> {
    const taken = (await this.#otherStates()).map((state) => state.subnet);
    return {
      version: 1,
      range: range.cidr,
      subnet: planSubnet(this.name, taken, range),
      hosts: {},
    };
  }

  async #otherStates(): Promise<Neighbour[]> {
    const names = (await readdir(this.#labsFolder).catch(() => [])).filter(
      (name) => name !== this.name,
    );
    const states = await Promise.all(
      names.map((name) => loadNeighbour(path.join(this.#labsFolder, name))),
    );
    return states.filter((state) => state !== undefined);
  }

  async #save(state: LabState): Promise<void> {
    const before = this.#state ? numbersOf(this.#state) : [];
    const freed = planFreed(before, numbersOf(state), state.freed);
    this.#state = { ...state, freed: freed.length > 0 ? freed : undefined };
    await saveState(this.folder, this.#state);
  }
}

/** Numbers that are somebody's. */
function numbersOf({ hosts, held = [] }: LabState): number[] {
  return [...Object.values(hosts).map(({ number }) => number), ...held];
}

/** Names of the labs in a cache folder that were ever started. */
export async function labNames(cacheDir: string): Promise<string[]> {
  const labsFolder = path.join(cacheDir, "labs");
  const names = (await readdir(labsFolder).catch(() => [])).sort();
  const states = await Promise.all(
    names.map((name) => loadNeighbour(path.join(labsFolder, name))),
  );
  return names.filter((_, index) => states[index]);
}
