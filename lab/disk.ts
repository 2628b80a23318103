import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { ignoreAbsent } from "./files.ts";
import type { Host } from "./host.ts";
import { ensureKeyPair, type KeyPair } from "./identity.ts";
import { packageProxy } from "./packages/package-cache.ts";
import { renderSeed, type Seed } from "./seed.ts";
import type { HostState } from "./state.ts";

/** The user that hosts are reached as. */
export const user = "flotilla";

/** A host's disk. */
export type Disk = NonNullable<HostState["disk"]>;

/** Where a disk lies: `folder` is the machine's disk; `memory` is faster and hides what fsync costs. */
export type DiskKind = "folder" | "memory";

/** What a host's first boot needs. */
export interface DiskInput {
  readonly image: string;
  readonly kind: DiskKind;
  /** What cloud-init is told; the instance id is new for each disk. */
  readonly seed: (instanceId: string) => Seed;
  /** The name that the host calls itself. @default - its name in the lab */
  readonly hostname?: string;
  /** Its packages come from the cache alone. @default false */
  readonly offline?: boolean;
  /** Asked for names before the machine's resolvers. @default - they alone */
  readonly resolver?: string;
  /** A copy of a disk that this one begins as. @default - nothing but the image */
  readonly from?: string;
}

/** Makes a fresh disk for a host: the image or a copy of a disk, with the host's seed for cloud-init. */
export async function createDisk(host: Host, input: DiskInput): Promise<Disk> {
  const instanceId = `i-${randomUUID().slice(0, 8)}`;
  const folder = await makeDiskFolder(host, input.kind, instanceId);
  const root = diskRoot({ folder });
  if (input.from !== undefined) await copyDisk(input.from, root);
  await writeMachineSide(root, host, input);
  await writeSeed(root, input.seed(instanceId));
  return { image: input.image, folder, instanceId };
}

/** The folder of a disk with nothing on it. */
export async function makeDiskFolder(
  host: Host,
  kind: DiskKind,
  id: string,
): Promise<string> {
  const folder = path.join(diskParent(host, kind), `disk-${id}`);
  await mkdir(path.join(folder, "work"), { recursive: true, mode: 0o700 });
  await mkdir(diskRoot({ folder }), { mode: 0o755 });
  return folder;
}

/** What a host has written: the upper layer over its image. */
export function diskRoot(disk: { readonly folder: string }): string {
  return path.join(disk.folder, "upper");
}

/** Copies what a host has written, with everything that overlays keep beside a file's content. */
export async function copyDisk(from: string, to: string): Promise<void> {
  const exactly = ["--archive", "--reflink=auto", "--no-target-directory"];
  await execa("cp", [...exactly, "--", from, to]);
}

/** The seed of a lab's own host: one user with the lab's key, and the pinned host key. */
export async function planOwnSeed(
  host: Host,
  clientKey: KeyPair,
): Promise<DiskInput["seed"]> {
  const hostKey = await ensureHostKey(host);
  const authorizedKey = clientKey.publicKey;
  return (instanceId) =>
    renderSeed({ name: host.name, instanceId, user, authorizedKey, hostKey });
}

/** Throws a host's disk away. */
export async function removeDisk(disk: Disk): Promise<void> {
  const gone = `${disk.folder}.gone`;
  await ignoreAbsent(rename(disk.folder, gone));
  await rm(gone, { recursive: true, force: true });
}

/** The key that a host shows, made once: a reset host is the same host. */
export async function ensureHostKey(host: Host): Promise<KeyPair> {
  return ensureKeyPair(
    path.join(host.folder, "ssh_host_ed25519_key"),
    host.name,
  );
}

function diskParent(host: Host, kind: DiskKind): string {
  return kind === "memory" ? path.join("/dev/shm", host.cgroup) : host.folder;
}

async function writeMachineSide(
  root: string,
  host: Host,
  { hostname = host.name, resolver, offline }: DiskInput,
): Promise<void> {
  await mkdir(path.join(root, "etc/apt/apt.conf.d"), {
    recursive: true,
    mode: 0o755,
  });
  await writeFile(path.join(root, "etc/hosts"), renderHosts(hostname));
  const first = resolver === undefined ? "" : `nameserver ${resolver}\n`;
  await writeFile(
    path.join(root, "etc/resolv.conf"),
    first + (await readResolvers()),
  );
  await writeFile(
    path.join(root, "etc/apt/apt.conf.d/90lab-proxy"),
    renderProxy(packageProxy(host.gateway, offline)),
  );
}

async function writeSeed(root: string, seed: Seed): Promise<void> {
  const folder = path.join(root, "var/lib/cloud/seed/nocloud");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const files = {
    "user-data": seed.userData,
    "meta-data": seed.metaData,
    "vendor-data": seed.vendorData,
  };
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) continue;
    await writeFile(path.join(folder, name), text, { mode: 0o600 });
  }
}

function renderHosts(name: string): string {
  return `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost ip6-localhost ip6-loopback\n`;
}

// Repositories that only speak https are reached directly: a cache cannot look into them.
function renderProxy(proxy: string): string {
  return `Acquire::http::Proxy "${proxy}";\nAcquire::https::Proxy "DIRECT";\n`;
}

/** The machine's resolvers; behind systemd-resolved's stub, which a host cannot reach, the real ones. */
async function readResolvers(): Promise<string> {
  const real = "/run/systemd/resolve/resolv.conf";
  const text = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  if (!/^nameserver 127\./m.test(text)) return text;
  return readFile(real, "utf8").catch(() => text);
}
