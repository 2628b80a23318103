import { mkdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startDaemon } from "./daemon.ts";
import { writeAtomically } from "./files.ts";
import { runFolder } from "./network.ts";
import { packagesOrigin, type PackageSources } from "./package-sources.ts";
import { killAndWait, readRunning } from "./process.ts";

/** What the package cache is started with. */
export interface PackageCacheOptions {
  /** Where packages are kept, for every lab and over every restart. */
  readonly folder: string;
  /** The bridge's address: only hosts reach the cache. */
  readonly address: string;
  readonly sources: PackageSources;
  /** Serves only what it has. @default - when the mirror does not answer within three seconds */
  readonly offline?: boolean;
}

const port = 3143;
const recordFile = path.join(runFolder, "package-cache.process");
const runningConfigFile = path.join(runFolder, "package-cache.conf");
const recorded = path.join(import.meta.dirname, "boot/recorded.sh");

/** The proxy that hosts get their packages through. */
export function packageProxy(address: string): string {
  return `http://${address}:${port}`;
}

/** apt-cacher-ng's configuration: hosts ask for one name of the lab's own, the machine's mirrors answer. */
export function renderCacheConfig(
  options: PackageCacheOptions & { readonly offline: boolean },
): string {
  const { mirrors, proxy } = options.sources;
  const settings = {
    CacheDir: path.join(options.folder, "store"),
    LogDir: path.join(options.folder, "log"),
    BindAddress: options.address,
    Port: port,
    "Remap-debian": `${packagesOrigin}/debian ; ${mirrors.archive}`,
    "Remap-security": `${packagesOrigin}/debian-security ; ${mirrors.security}`,
    ...(proxy && { Proxy: proxy }),
    ForeGround: 1,
    Offlinemode: options.offline ? 1 : 0,
    ExThreshold: 60,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");
}

/** Starts the machine's one package cache, or restarts it when it must work another way. Says whether it is offline. */
export async function ensurePackageCache(
  options: PackageCacheOptions,
): Promise<{ offline: boolean }> {
  const offline = options.offline ?? !(await mirrorAnswers(options.sources));
  const config = renderCacheConfig({ ...options, offline });
  const current = await readFile(runningConfigFile, "utf8").catch(
    () => undefined,
  );
  if (readRunning(recordFile) && current === config) return { offline };
  await stopPackageCache();
  await startPackageCache(options, config);
  return { offline };
}

/** Stops the package cache; what it holds stays. */
export async function stopPackageCache(): Promise<void> {
  const running = readRunning(recordFile);
  if (running) await killAndWait(running);
  await rm(recordFile, { force: true });
  await rm(runningConfigFile, { force: true });
}

async function startPackageCache(
  options: PackageCacheOptions,
  config: string,
): Promise<void> {
  const configFolder = path.join(options.folder, "config");
  for (const name of ["store", "log", "config"]) {
    await mkdir(path.join(options.folder, name), {
      recursive: true,
      mode: 0o700,
    });
  }
  await writeAtomically(path.join(configFolder, "acng.conf"), config);
  const outputFile = path.join(options.folder, "log/daemon.log");
  await startDaemon({
    command: recorded,
    arguments: [recordFile, "apt-cacher-ng", "-c", configFolder],
    env: process.env,
    outputFile,
  });
  if (!(await answers(options.address, port, 10))) {
    throw new Error(
      `the package cache does not start: ${(await readFile(outputFile, "utf8")).trim()}`,
    );
  }
  await writeAtomically(runningConfigFile, config);
}

async function mirrorAnswers(sources: PackageSources): Promise<boolean> {
  const url = new URL(sources.proxy ?? sources.mirrors.archive);
  const standardPort = url.protocol === "https:" ? 443 : 80;
  return answers(url.hostname, Number(url.port) || standardPort, 3);
}

async function answers(
  host: string,
  port: number,
  deadlineSeconds: number,
): Promise<boolean> {
  const end = Date.now() + deadlineSeconds * 1000;
  while (Date.now() < end) {
    if (await accepts(host, port, end - Date.now())) return true;
    await delay(50);
  }
  return false;
}

async function accepts(
  host: string,
  port: number,
  milliseconds: number,
): Promise<boolean> {
  const socket = connect({ host, port, timeout: Math.max(1, milliseconds) });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once("connect", () => {
        resolve(true);
      });
      socket.once("timeout", () => {
        resolve(false);
      });
      socket.once("error", () => {
        resolve(false);
      });
    });
  } finally {
    socket.destroy();
  }
}
