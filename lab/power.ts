import { access, mkdir, readdir, readFile, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { removeLinks, writeCables } from "./cables.ts";
import { startDaemon } from "./daemon.ts";
import { ignoreAbsent } from "./files.ts";
import { consoleFile, type Host } from "./host.ts";
import { bridge, pluggedIn } from "./network.ts";
import {
  childrenOf,
  isInit,
  killAndWait,
  readRunning,
  sendKill,
} from "./process.ts";

/** `absent`: never made, or taken down. `off`: has a disk and no power. */
export type PowerState = "absent" | "off" | "on";

const supervise = path.join(import.meta.dirname, "boot/supervise.sh");
const hierarchies = [
  "/sys/fs/cgroup",
  "/sys/fs/cgroup/systemd",
  "/sys/fs/cgroup/unified",
];

/** Whether a host has a disk and power. */
export function powerState(host: Host): PowerState {
  if (readRunning(record(host, "supervisor"))) return "on";
  return host.state.disk ? "off" : "absent";
}

/** Boots a host from its disk, detached: it outlives this process. Returns before the guest is ready. */
export async function powerOn(host: Host): Promise<void> {
  const { disk } = host.state;
  if (!disk)
    throw new Error(`${host.name} has no disk: \`up ${host.name}\` makes one`);
  await access(disk.folder).catch((cause: unknown) => {
    throw new Error(
      `${host.name}'s disk is gone from ${disk.folder}: \`reset ${host.name}\` makes a new one`,
      { cause },
    );
  });
  await ensureCableFree(host);
  await mkdir(host.folder, { recursive: true, mode: 0o700 });
  await writeCables(host);
  await startDaemon({
    command: supervise,
    arguments: [],
    env: bootEnvironment(host, disk),
    outputFile: consoleFile(host),
  });
  await waitForSupervisor(host);
}

async function waitForSupervisor(host: Host): Promise<void> {
  const end = Date.now() + 10_000;
  while (!readRunning(record(host, "supervisor"))) {
    if (Date.now() > end)
      throw new Error(`${host.name} does not start: see ${consoleFile(host)}`);
    await delay(5);
  }
}

/** Takes the power away: every process of the host is killed at once; its rules and connections go with it. */
export async function powerOff(host: Host): Promise<void> {
  const supervisor = readRunning(record(host, "supervisor"));
  if (supervisor) await killAndWait(supervisor);
  await killInit(host);
  await killCgroup(host);
  await removeCable(host);
  await removeLinks(host);
  for (const name of ["supervisor", "boot"] as const)
    await rm(record(host, name), { force: true });
}

/** The host's init as the machine sees it, or undefined while there is none. */
export function initOf(host: Host): number | undefined {
  const boot = readRunning(record(host, "boot"));
  return boot && childrenOf(boot.pid).find(isInit);
}

/** The init of a host that has power, or undefined when it loses that. A boot that has not come to its init yet is waited for. */
export async function awaitInit(host: Host): Promise<number | undefined> {
  const end = Date.now() + 60_000;
  while (powerState(host) === "on") {
    const init = initOf(host);
    if (init !== undefined) return init;
    if (Date.now() > end)
      throw new Error(
        `${host.name} does not come to its init: see ${consoleFile(host)}`,
      );
    await delay(10);
  }
  return undefined;
}

// The init goes first: with it, the kernel ends every process of the guest in one stroke.
async function killInit(host: Host): Promise<void> {
  const init = initOf(host);
  if (init !== undefined) sendKill(init);
}

/** Membership of a control group is the kernel's word; it also finds what a crash left without a parent. */
async function killCgroup(host: Host): Promise<void> {
  const end = Date.now() + 10_000;
  for (const hierarchy of hierarchies) {
    const folder = path.join(hierarchy, host.cgroup);
    for (
      let pids = await processesIn(folder);
      pids.length > 0;
      pids = await processesIn(folder)
    ) {
      if (Date.now() > end)
        throw new Error(
          `processes of ${host.name} do not end: ${pids.join(", ")}`,
        );
      pids.forEach(sendKill);
      await delay(10);
    }
    await removeCgroup(folder);
  }
}

async function processesIn(folder: string): Promise<number[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const lists = files.filter((file) => path.basename(file) === "cgroup.procs");
  const texts = await Promise.all(
    lists.map((file) =>
      readFile(path.join(folder, file), "utf8").catch(() => ""),
    ),
  );
  return texts.flatMap((text) => text.split("\n").filter(Boolean).map(Number));
}

async function removeCgroup(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    () => [],
  );
  for (const entry of entries.filter((entry) => entry.isDirectory())) {
    await removeCgroup(path.join(folder, entry.name));
  }
  await ignoreAbsent(rmdir(folder));
}

// The kernel takes the cable away some time after the host's last process; the next boot needs its name.
async function removeCable(host: Host): Promise<void> {
  await execa("ip", ["link", "delete", host.cable], { reject: false });
}

async function ensureCableFree(host: Host): Promise<void> {
  if (!(await pluggedIn()).includes(host.cable)) return;
  throw new Error(
    `${host.address} is in use by a lab in another cache folder on this machine: take that one down, or use another lab name or range`,
  );
}

function bootEnvironment(
  host: Host,
  disk: { image: string; folder: string },
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin",
    LAB_FOLDER: host.folder,
    LAB_DISK: disk.folder,
    LAB_IMAGE: disk.image,
    LAB_CABLE: host.cable,
    LAB_MAC: host.mac,
    LAB_BRIDGE: bridge,
    LAB_ADDRESS: publicAddress(host),
    LAB_GATEWAY: host.gateway,
    LAB_CGROUP: host.cgroup,
    LAB_MACHINE: `${host.name}-${host.cable}`,
    LAB_HOSTNAME: host.name,
    LAB_CPUS: host.state.cpus === undefined ? "" : String(host.state.cpus),
  };
}

/** ADDRESS/PREFIX, or nothing where a cloud's host has none. */
function publicAddress({ state, address, prefix }: Host): string {
  return state.network?.ipv4 === null ? "" : `${address}/${prefix}`;
}

function record(host: Host, name: "supervisor" | "boot"): string {
  return path.join(host.folder, `${name}.process`);
}
