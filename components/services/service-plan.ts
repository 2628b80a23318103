import type { Address, PlannedGate } from "../addresses.ts";
import type { PackageArgs } from "../hosts/packages.ts";

/** A host that uses a service of another one, and what it needs for that. */
export interface ServiceClient {
  readonly host: string;
  /** Debian packages on that host. */
  readonly packages: Readonly<Record<string, PackageArgs>>;
}

/** What the rest of a fleet has to know of a service. Pure: the same for the same configuration. */
export interface ServicePlan<Config> {
  /** The Debian packages that it is made of. */
  packages(config: Config): Readonly<Record<string, PackageArgs>>;
  /** Its systemd units: what operators may look at, restart and reload. */
  units(config: Config): readonly string[];
  /** Templates of units, such as `postgresql@.service`, whose instances listen in the place of `units`. @default - none */
  templates?(config: Config): readonly string[];
  /** The TCP port that it listens on; `undefined` for one that only listens for its sites. */
  port(config: Config): number | undefined;
  /** Its data stay on the host when it is destroyed. */
  keepsData(config: Config): boolean;
  /** Other hosts that use it, by names that are unique in the service. @default - none */
  clients?(config: Config): Readonly<Record<string, ServiceClient>>;
  /** How another host of the fleet sees that it answers. @default - its port accepts a connection */
  gate?(config: Config, address: Address): PlannedGate;
}
