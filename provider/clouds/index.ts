import type { CloudProviderName } from "../../manifest/cloud-places.ts";
import { digitaloceanSnapshots } from "./digitalocean-snapshots.ts";
import { hetznerSnapshots } from "./hetzner-snapshots.ts";
import type { MakeSnapshotMaker } from "./machine-snapshot.ts";

export { CloudApiError, WritableCloudApi } from "./cloud-api.ts";
export type {
  MachineSnapshot,
  SnapshotMaker,
  SnapshotSubject,
} from "./machine-snapshot.ts";
export {
  completeSnapshots,
  pruneSnapshots,
  takeSnapshot,
  type Pruned,
} from "./take-snapshot.ts";

/** How each provider makes snapshots. */
export const snapshotMakers: Readonly<
  Record<CloudProviderName, MakeSnapshotMaker>
> = { digitalocean: digitaloceanSnapshots, hetzner: hetznerSnapshots };
