import * as pulumi from "@pulumi/pulumi";
import { catalogues } from "../clouds/catalogues.ts";
import type { SnapshotBefore } from "../clouds/config.ts";
import type { Cloud } from "../clouds/cloud.ts";
import { stackLabel } from "../clouds/name.ts";
import type { Items } from "../items.ts";
import type { Host } from "./host.ts";
import { MachineSnapshots } from "./machine-snapshots.ts";
import { watchedOf } from "./watched.ts";

/** Sees to it that a machine is kept as it was, before what is declared on it changes. */
export interface MachineGuard {
  readonly snapshots: MachineSnapshots;
  /** Takes note of what is declared. */
  readonly watch: (manifest: string, items: Items, holdsData: boolean) => void;
}

interface Guarded {
  readonly cloud: Cloud;
  readonly snapshotBefore?: SnapshotBefore | undefined;
}

/** The snapshots of a host's machine; nothing where none are wanted. Whatever depends on the host waits for them. */
export function guardMachine(
  host: Host,
  { cloud, snapshotBefore }: Guarded,
  manifest: pulumi.Resource,
): MachineGuard | undefined {
  const { machine, hostName } = host;
  if (!snapshotBefore || !machine) return undefined;
  const list = new WatchList(host);
  const { provider } = cloud;
  const { snapshotGbMonthly, currency, asOf } = catalogues[provider];
  const snapshots = new MachineSnapshots(
    `${hostName}-snapshots`,
    {
      provider,
      machine: machine.id,
      hostId: host.hostId,
      stack: stackLabel(pulumi.getStack()),
      host: hostName,
      keep: snapshotBefore.keep,
      watch: list.complete,
      price: { perGbMonth: snapshotGbMonthly, currency, asOf },
    },
    { parent: host, dependsOn: manifest },
  );
  return {
    snapshots,
    watch: (name, items, holdsData) =>
      list.add(watchedOf(name, items, holdsData)),
  };
}

type Watched = Record<string, pulumi.Output<string>>;

/** What is declared on a host in the same turn as the host: the snapshots must know all of it before any of it is made. */
class WatchList {
  readonly complete: Promise<Watched>;
  readonly #host: Host;
  #watched: Watched = {};
  #isComplete = false;

  constructor(host: Host) {
    this.#host = host;
    this.complete = new Promise((resolve) => {
      setImmediate(() => {
        this.#isComplete = true;
        resolve(this.#watched);
      });
    });
  }

  add(watched: Watched): void {
    const names = Object.keys(watched);
    if (this.#isComplete && names.length > 0)
      throw new pulumi.ResourceError(
        `snapshotBefore: ${names[0] ?? ""} is declared too late for a snapshot to come before it; declare everything on this host together with it, with no await in between`,
        this.#host,
        true,
      );
    this.#watched = { ...this.#watched, ...watched };
  }
}
