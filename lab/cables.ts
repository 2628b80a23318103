import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { z } from "zod";
import type { Host } from "./host.ts";
import {
  linkCable,
  planCables,
  wireBridge,
  wirePrefix,
  type CableChange,
  type HostNetwork,
} from "./host-network.ts";
import { filterBridgedPackets } from "./network.ts";

/** What a host's next boot plugs in: `boot.sh` reads it. */
export async function writeCables(host: Host): Promise<void> {
  const { network } = host.state;
  const change = network && planCables(host, undefined, network);
  for (const side of ["outside", "inside"] as const) {
    const file = path.join(host.folder, `${side}.ip`);
    if (!change) await rm(file, { force: true });
    else await writeFile(file, renderBatch(change[side]));
  }
  for (const { wire } of network?.links ?? [])
    await ensureWire(wireBridge(host.subnet, wire));
}

/** Brings the cables of a host that runs, by its init, from what they were to what is kept of it now. */
export async function changeCables(
  host: Host,
  before: HostNetwork | undefined,
  init: number,
): Promise<void> {
  const { network } = host.state;
  if (!network) return;
  const change = planCables(host, before, network);
  await run([], change.outside, init);
  const enter = ["nsenter", "--target", String(init), "--net"];
  await run(enter, change.inside, init);
}

/** Takes the cables of a host away, as `powerOff` does: the kernel would take its time. */
export async function removeLinks(host: Host): Promise<void> {
  for (const link of host.state.network?.links ?? [])
    await execa("ip", ["link", "delete", linkCable(host, link)], {
      reject: false,
    });
}

/** Removes the private networks of a lab that are not among these. */
export async function keepWires(
  subnet: number,
  wires: readonly number[],
): Promise<void> {
  const kept = new Set(wires.map((wire) => wireBridge(subnet, wire)));
  for (const name of await bridgesOf(subnet))
    if (!kept.has(name)) await execa("ip", ["link", "delete", name]);
}

const links = z.array(z.object({ ifname: z.string() }).partial());

async function bridgesOf(subnet: number): Promise<string[]> {
  const words = ["-json", "link", "show", "type", "bridge"];
  const { stdout } = await execa("ip", words);
  return links
    .parse(JSON.parse(stdout || "[]"))
    .flatMap(({ ifname }) => ifname ?? [])
    .filter((name) => name.startsWith(wirePrefix(subnet)));
}

/** A bridge without an address: the machine itself is not on it. */
async function ensureWire(name: string): Promise<void> {
  const words = ["link", "show", "dev", name];
  if ((await execa("ip", words, { reject: false })).exitCode === 0) return;
  await execa("ip", ["-batch", "-"], {
    input: [
      `link add ${name} type bridge`,
      `link set ${name} addrgenmode none up`,
    ].join("\n"),
  });
  await filterBridgedPackets(name);
}

async function run(
  enter: readonly string[],
  lines: CableChange["outside"],
  pid: number,
): Promise<void> {
  if (lines.length === 0) return;
  const input = renderBatch(lines).replaceAll("@PID@", String(pid));
  const [command, ...words] = [...enter, "ip", "-batch", "-"] as const;
  await execa(command, words, { input });
}

function renderBatch(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
