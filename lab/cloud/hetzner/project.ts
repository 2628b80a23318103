import type { Collection } from "../collection.ts";
import { ApiError } from "../http/api-error.ts";
import type { Tenant } from "../tenant.ts";
import type { Firewall } from "./firewall.ts";
import type { Image } from "./image.ts";
import type { Network } from "./network.ts";
import type { PlacementGroup } from "./placement-group.ts";
import type { PrimaryIp } from "./primary-ip.ts";
import type { Server } from "./server.ts";
import type { SshKey } from "./ssh-key.ts";

/** A Hetzner project: what a token opens. */
export interface Project extends Tenant {
  readonly sshKeys: Collection<SshKey>;
  /** Snapshots; the system images are the catalog's. */
  readonly images: Collection<Image>;
  readonly servers: Collection<Server>;
  /** All public addresses: of servers, and those that none has. */
  readonly primaryIps: Collection<PrimaryIp>;
  readonly placementGroups: Collection<PlacementGroup>;
  readonly networks: Collection<Network>;
  readonly firewalls: Collection<Firewall>;
}

/** Refuses a name that another thing of its kind has. */
export function ensureNameIsFree(
  kind: string,
  things: Collection<{ id: number; name: string }>,
  name: string,
  self?: number,
): void {
  const other = things.all().find((thing) => thing.name === name);
  if (!other || other.id === self) return;
  const message = `${kind} name is already used`;
  throw new ApiError(409, "uniqueness_error", message, {
    details: { fields: [{ name: "name", messages: [message] }] },
  });
}
