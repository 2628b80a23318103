import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { machineSnapshots } from "../../manifest/machine-snapshots.ts";
import type { DeepInput } from "../input.ts";

type Inputs = z.input<typeof machineSnapshots>;

/** What is made of which machine, before what. */
export type MachineSnapshotsArgs = {
  readonly [Key in keyof Inputs]: DeepInput<Inputs[Key]>;
};

/** A snapshot of a machine, as its provider has it. */
export interface MachineSnapshot {
  /** The provider's number of it: what `image` of a host takes. */
  readonly id: string;
  readonly name: string;
  /** When it was begun. */
  readonly createdAt: string;
  /** Gigabytes that it takes there. */
  readonly sizeGb?: number | undefined;
}

/**
 * Snapshots of a host's machine at its provider, each complete before what is watched changes. `Host` makes it, for
 * `snapshotBefore`; the snapshots stay when it is deleted.
 */
export class MachineSnapshots extends pulumi.CustomResource {
  /** Those that are kept, the newest first. */
  declare readonly snapshots: pulumi.Output<MachineSnapshot[]>;

  constructor(
    name: string,
    args: MachineSnapshotsArgs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const inputs = { ...args, snapshots: undefined };
    super("flotilla:index:MachineSnapshots", name, inputs, opts);
  }
}
