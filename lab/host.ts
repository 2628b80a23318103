import { createHash } from "node:crypto";
import path from "node:path";
import { hostAddress, parseRange } from "./addresses.ts";
import type { HostState, LabState } from "./state.ts";

/** A host of a lab: where everything of it is. */
export interface Host {
  readonly name: string;
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
  /** The number of its lab. */
  readonly subnet: number;
  /** The same at every boot, as a network card's is: who knew the host still reaches it at once. */
  readonly mac: string;
  /** Records, console log, host key. */
  readonly folder: string;
  /** The machine's end of eth0, at most 15 characters. */
  readonly cable: string;
  /** Holds every process of the host and nothing else. */
  readonly cgroup: string;
  readonly state: HostState;
}

/** Rules for names of hosts and labs: both end up in file names and host names. */
export function validateName(kind: "host" | "lab", name: string): void {
  if (/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) return;
  throw new Error(
    `${kind} name ${JSON.stringify(name)}: lower-case letters, digits and dashes, beginning with a letter, at most 32`,
  );
}

/** Finds a host of a lab; throws with the names there are. */
export function findHost(
  labFolder: string,
  state: LabState | undefined,
  name: string,
): Host {
  const hostState = state?.hosts[name];
  if (!state || !hostState) {
    const names = Object.keys(state?.hosts ?? {}).join(", ") || "none yet";
    throw new Error(
      `no host ${name} in this lab (it has: ${names}); \`up ${name}\` makes it`,
    );
  }
  const range = parseRange(state.range);
  const folder = path.join(labFolder, "hosts", name);
  const own = hostAddress(range, state.subnet, hostState.number);
  return {
    name,
    address: hostState.network?.ipv4 ?? own,
    prefix: range.prefix,
    gateway: range.gateway,
    subnet: state.subnet,
    mac: macAddress(own),
    folder,
    cable: `flv-${state.subnet}-${hostState.number}`,
    cgroup: `flotilla-lab-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`,
    state: hostState,
  };
}

function macAddress(address: string): string {
  const octets = address
    .split(".")
    .map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["02", "f1", ...octets].join(":");
}

/** The file that a host's console writes to. */
export function consoleFile(host: Host): string {
  return path.join(host.folder, "console.log");
}
