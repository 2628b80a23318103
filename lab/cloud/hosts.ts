import type { HostNetwork } from "../host-network.ts";

/** What a host is told at its first boot. */
export interface FirstBoot {
  readonly hostname: string;
  /** What cloud-init gets, as it was posted; may be empty. */
  readonly userData: string;
  /** Public keys that let root in. */
  readonly authorizedKeys: readonly string[];
  /** Root's, where there is no key. */
  readonly rootPassword?: string;
  /** Processors. */
  readonly cpus: number;
  /** The snapshot that the disk begins as. @default - Debian 12 */
  readonly snapshot?: string;
}

/** Where a host is reached. */
export interface HostAddress {
  readonly ip: string;
  /** Length of its network's prefix. */
  readonly prefix: number;
  readonly gateway: string;
}

/** How one host is to be connected. */
export interface HostConnection {
  readonly host: string;
  readonly network: HostNetwork;
}

/** Which hosts are connected to what. */
export interface Connections {
  readonly hosts: readonly HostConnection[];
  /** The IPv4 addresses that are somebody's, also those that no host has. */
  readonly addresses: readonly string[];
  /** The private networks there are, also those that no host is on. */
  readonly wires: readonly number[];
}

/** The hosts behind droplets and servers, by name. */
export interface Hosts {
  /** The range that all their public IPv4 addresses are in. */
  readonly range: string;
  /** Brings their cables to this: at once where a host has power, but for its first address. The same again is no work. */
  readonly connect: (wanted: Connections) => Promise<void>;
  /** Gives a new host its address; the same for as long as it is there. */
  readonly allot: (name: string) => Promise<HostAddress>;
  /** An IPv4 address that nobody has, kept for as long as `connect` names it. */
  readonly reserve: () => Promise<string>;
  /** Gives a host a fresh disk; what was on it before is gone. It must be off. */
  readonly install: (name: string, boot: FirstBoot) => Promise<void>;
  /** Boots it from its disk. Does not wait until the guest is ready. */
  readonly powerOn: (name: string) => Promise<void>;
  /** Takes the power away at once. */
  readonly powerOff: (name: string) => Promise<void>;
  /** Asks the guest to end; does not wait for it. */
  readonly shutDown: (name: string) => Promise<void>;
  /** Asks the guest to boot again. */
  readonly reboot: (name: string) => Promise<void>;
  /** How many processors it has from its next boot on. */
  readonly resize: (name: string, cpus: number) => Promise<void>;
  /** Throws it away; its address may be another's later. */
  readonly remove: (name: string) => Promise<void>;
  readonly isOn: (name: string) => boolean;
  /** Keeps a copy of a host's disk under a name; returns its size in bytes. */
  readonly takeSnapshot: (name: string, snapshot: string) => Promise<number>;
  readonly removeSnapshot: (snapshot: string) => Promise<void>;
}
