import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { ipv6Network, ipv6Prefix, type Range } from "./addresses.ts";
import { tryWithLock, withLock, writeAtomically } from "./files.ts";

/** The bridge that the hosts of all labs of a machine hang on. */
export const bridge = "flotilla0";

/** Where the machine-wide parts of labs keep what ends with the machine's boot. */
export const runFolder = "/run/flotilla-lab";

const tables = ["flotilla_lab", "flotilla_lab_hosts"] as const;
const natRules = path.join(import.meta.dirname, "network/nat.nft");
const beforeFile = path.join(runFolder, "sysctl-before.json");

/** Kernel settings that hosts need: a way out, and inotify instances for many systemds on one kernel. */
const settings: Readonly<Record<string, (current: number) => number>> = {
  "/proc/sys/net/ipv4/ip_forward": () => 1,
  "/proc/sys/fs/inotify/max_user_instances": (current) =>
    Math.max(current, 1024),
};

/**
 * Runs `work` with the network up, and keeps other labs from taking it down meanwhile. `prepare` runs
 * first, while no other lab changes what the machine's labs share. The network stays up afterwards:
 * hosts outlive the command that started them.
 */
export async function withNetwork<T>(
  range: Range,
  prepare: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(runFolder, { recursive: true, mode: 0o700 });
  return withLock(path.join(runFolder, "in-use.lock"), "shared", async () => {
    const networkLock = path.join(runFolder, "network.lock");
    await withLock(networkLock, "exclusive", async () => {
      await createNetwork(range);
      await prepare();
    });
    return work();
  });
}

/** Takes the network down and runs `afterwards`, unless a host of any lab is plugged in or a command is using it. */
export async function releaseNetwork(
  afterwards: () => Promise<void>,
): Promise<void> {
  await mkdir(runFolder, { recursive: true, mode: 0o700 });
  await tryWithLock(path.join(runFolder, "in-use.lock"), async () => {
    if ((await pluggedIn()).length > 0) return;
    await removeNetwork();
    await afterwards();
  });
}

/** The cables on the bridge: one for each running host of any lab. */
export async function pluggedIn(): Promise<string[]> {
  const words = ["-json", "link", "show", "master", bridge];
  const { stdout, failed } = await execa("ip", words, { reject: false });
  if (failed) return [];
  return cables.parse(JSON.parse(stdout || "[]")).map(({ ifname }) => ifname);
}

const cables = z.array(z.object({ ifname: z.string() }));

async function createNetwork(range: Range): Promise<void> {
  const wanted = `${range.gateway}/${range.prefix}`;
  const present = await bridgeAddress();
  if (present !== wanted) {
    if (present !== undefined) await removeOtherRange(present, range);
    await ensureNoOverlap(range);
    await execa("ip", ["-batch", "-"], {
      input: [
        `link add ${bridge} type bridge`,
        `address add ${wanted} dev ${bridge}`,
        `link set ${bridge} up`,
      ].join("\n"),
    });
  }
  await giveIpv6(range);
  await filterBridgedPackets(bridge);
  await execa("nft", ["--define", `range=${range.cidr}`, "--file", natRules]);
  await applySettings();
}

/** A kernel without IPv6 has none to give; hosts that ask for it say so when they boot. */
async function giveIpv6(range: Range): Promise<void> {
  const address = `${ipv6Network(range.gateway)}1/${ipv6Prefix}`;
  const words = ["address", "replace", address, "dev", bridge, "nodad"];
  await execa("ip", ["-6", ...words], { reject: false });
}

/** What hosts send each other meets the machine's rules, as what goes out does: where a cloud's firewalls are. Kernels without br_netfilter have no such switch. */
export async function filterBridgedPackets(name: string): Promise<void> {
  for (const family of ["iptables", "ip6tables"]) {
    const file = `/sys/class/net/${name}/bridge/nf_call_${family}`;
    await writeFile(file, "1", { flag: "r+" }).catch(() => undefined);
  }
}

async function removeNetwork(): Promise<void> {
  for (const table of tables)
    await execa("nft", ["delete", "table", "inet", table], { reject: false });
  await execa("ip", ["link", "delete", bridge], { reject: false });
  await restoreSettings();
}

async function removeOtherRange(present: string, range: Range): Promise<void> {
  if ((await pluggedIn()).length > 0) {
    throw new Error(
      `labs on this machine use ${present}, not ${range.cidr}: take their hosts down first, or drop --range`,
    );
  }
  await execa("ip", ["link", "delete", bridge]);
}

const links = z.array(
  z.object({
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.number() })),
  }),
);

/** `ADDRESS/PREFIX` of the bridge, "none" without an address, undefined without a bridge. */
async function bridgeAddress(): Promise<string | undefined> {
  const { stdout, failed } = await execa(
    "ip",
    ["-json", "-4", "address", "show", "dev", bridge],
    { reject: false },
  );
  if (failed) return undefined;
  const info = links.parse(JSON.parse(stdout || "[]"))[0]?.addr_info[0];
  return info === undefined ? "none" : `${info.local}/${info.prefixlen}`;
}

const routes = z.array(
  z.object({ dst: z.string(), dev: z.string().optional() }),
);

async function ensureNoOverlap(range: Range): Promise<void> {
  const { stdout } = await execa("ip", [
    "-json",
    "-4",
    "route",
    "show",
    "table",
    "all",
  ]);
  const clash = routes
    .parse(JSON.parse(stdout || "[]"))
    .find(
      (route) =>
        route.dst !== "default" &&
        route.dev !== bridge &&
        overlaps(route.dst, range.cidr),
    );
  if (clash) {
    throw new Error(
      `the machine already has a route to ${clash.dst} (${clash.dev ?? "no device"}), inside the labs' range ${range.cidr}: choose another with --range or FLOTILLA_LAB_RANGE`,
    );
  }
}

/** Whether two IPv4 ranges share an address; an address alone is a range of one. */
export function overlaps(one: string, other: string): boolean {
  const [first, second] = [toCidr(one), toCidr(other)];
  if (first === undefined || second === undefined) return false;
  const narrow = Math.min(first[1], second[1]);
  return first[0].match(second[0], narrow);
}

function toCidr(text: string): [ipaddr.IPv4, number] | undefined {
  const cidr = text.includes("/") ? text : `${text}/32`;
  return ipaddr.IPv4.isValidCIDR(cidr)
    ? ipaddr.IPv4.parseCIDR(cidr)
    : undefined;
}

const savedSettings = z.record(z.string(), z.string());

async function applySettings(): Promise<void> {
  const before = (await readSaved()) ?? {};
  for (const [file, wanted] of Object.entries(settings)) {
    const current = (await readFile(file, "utf8")).trim();
    const value = String(wanted(Number(current)));
    if (value === current) continue;
    before[file] ??= current;
    await writeAtomically(beforeFile, JSON.stringify(before));
    await writeFile(file, value);
  }
}

async function restoreSettings(): Promise<void> {
  for (const [file, value] of Object.entries((await readSaved()) ?? {})) {
    await writeFile(file, value);
  }
  await rm(beforeFile, { force: true });
}

async function readSaved(): Promise<Record<string, string> | undefined> {
  const text = await readFile(beforeFile, "utf8").catch(() => undefined);
  return text === undefined ? undefined : savedSettings.parse(JSON.parse(text));
}
