import { mkdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startDaemon } from "../daemon.ts";
import { ignoreAbsent, writeAtomically } from "../files.ts";
import { runFolder } from "../network.ts";
import { killAndWait, readRunning } from "../process.ts";
import type { PackageSources } from "./package-sources.ts";
import type { CacheSettings } from "./settings.ts";

/** What the package cache is started with. */
export interface PackageCacheOptions {
  /** Where packages are kept, for every lab and over every restart. */
  readonly folder: string;
  /** The bridge's address: only hosts reach the cache. */
  readonly address: string;
  readonly sources: PackageSources;
}

const port = 3144;
// The cache is the machine's: a lab that wants it offline must not take the mirror from the others.
const offlinePort = 3145;
const recordFile = path.join(runFolder, "packages.process");
// Before it was this one, apt-cacher-ng was the package cache: a lab may have been brought up with it.
const formerRecordFile = path.join(runFolder, "package-cache.process");
const settingsFile = path.join(runFolder, "packages.json");
const recorded = path.join(import.meta.dirname, "../boot/recorded.sh");
const serve = path.join(import.meta.dirname, "serve.ts");

/** The proxy that hosts get their packages through; offline it gives only what it has. */
export function packageProxy(address: string, offline = false): string {
  return `http://${address}:${offline ? offlinePort : port}`;
}

/** Starts the machine's one package cache, or restarts it when it must work another way. */
export async function ensurePackageCache(
  options: PackageCacheOptions,
): Promise<void> {
  const { folder, address, sources } = options;
  const settings: CacheSettings = {
    ...{ folder, address, port, offlinePort },
    mirrors: sources.mirrors,
    ...(sources.proxy !== undefined && { proxy: sources.proxy }),
  };
  const text = JSON.stringify(settings);
  const current = await ignoreAbsent(readFile(settingsFile, "utf8"));
  if (!readRunning(recordFile) || current !== text) {
    await stop(recordFile);
    await startPackageCache(settings, text);
  }
}

/** Stops the package cache; what it holds stays. */
export async function stopPackageCache(): Promise<void> {
  for (const file of [recordFile, formerRecordFile]) await stop(file);
  await rm(settingsFile, { force: true });
}

async function stop(record: string): Promise<void> {
  const running = readRunning(record);
  if (running) await killAndWait(running);
  await rm(record, { force: true });
}

async function startPackageCache(
  { folder, address }: CacheSettings,
  settings: string,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeAtomically(settingsFile, settings);
  const outputFile = path.join(folder, "cache.log");
  await startDaemon({
    command: recorded,
    arguments: [
      ...[recordFile, process.execPath, "--use-system-ca"],
      ...[serve, settingsFile],
    ],
    env: process.env,
    outputFile,
  });
  if (await answers(address, offlinePort, 10)) return;
  await stop(recordFile);
  const said = (await readFile(outputFile, "utf8")).trim();
  throw new Error(`the package cache does not start: ${said}`);
}

/** Whether the mirror, or the proxy before it, takes a connection within three seconds. */
export async function mirrorAnswers(sources: PackageSources): Promise<boolean> {
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
