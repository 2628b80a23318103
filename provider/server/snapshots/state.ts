import { z } from "zod";
import { machineSnapshots } from "../../../manifest/machine-snapshots.ts";
import type { MachineSnapshot } from "../../clouds/index.ts";
import { reveal, UNKNOWN, type PropertyMap } from "../property.ts";
import { withoutUnknowns } from "../schema-problems.ts";

const state = z.object({
  /** The mark of the last change, whether a snapshot was made before it or not. */
  mark: z.string(),
  snapshots: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      createdAt: z.string(),
      sizeGb: z.number().optional(),
    }),
  ),
});

/** What lies in the state. */
export type SnapshotState = z.output<typeof state>;

/** Reads the outputs of a machine's snapshots. */
export function parseSnapshotState(properties: PropertyMap): SnapshotState {
  return state.parse(reveal(properties));
}

/** Reads inputs that were checked; what is not known yet stays a placeholder. */
export function parseSnapshotInputs(inputs: PropertyMap) {
  return machineSnapshots.parse(withoutUnknowns(reveal(inputs)));
}

/** The outputs. */
export function snapshotProperties(
  mark: string,
  found: readonly MachineSnapshot[],
): PropertyMap {
  const snapshots = found.map(({ id, name, createdAt, sizeGb }) => ({
    ...{ id, name, createdAt },
    ...(sizeGb !== undefined && { sizeGb }),
  }));
  return { mark, snapshots } satisfies SnapshotState;
}

/** The outputs before anybody knows what there will be. */
export const unknownSnapshots: PropertyMap = {
  mark: UNKNOWN,
  snapshots: UNKNOWN,
};
