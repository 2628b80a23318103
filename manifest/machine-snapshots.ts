import { z } from "zod";

const text = z.string().min(1);

/** The snapshots of one host's machine, and what they are made before. */
export const machineSnapshots = z.strictObject({
  provider: z.enum(["hetzner", "digitalocean"]),
  /** The provider's number of the machine. Another machine is a fresh one: none is made of it. */
  machine: text,
  /** Identity of the machine, as of a Manifest. */
  hostId: text,
  /** The stack, as labels have it. */
  stack: text,
  /** Name of the host. */
  host: text,
  /** Complete ones that are kept (1–100). */
  keep: z.number().int().min(1).max(100),
  /** `<manifest>/<item>` → what of it a change makes one. */
  watch: z.record(z.string(), z.string()).default({}),
  /** What a month of them costs. @default - nobody says */
  price: z
    .strictObject({
      perGbMonth: z.number(),
      currency: text,
      /** Month of the price list. */
      asOf: text,
    })
    .optional(),
});

/** The inputs of `MachineSnapshots`, parsed. */
export type MachineSnapshotsInputs = z.output<typeof machineSnapshots>;
