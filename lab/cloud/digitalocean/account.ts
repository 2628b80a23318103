import type { Collection } from "../collection.ts";
import { ApiError } from "../http/api-error.ts";
import type { Tenant } from "../tenant.ts";
import type { Domain, DomainRecord } from "./domain.ts";
import type { Droplet } from "./droplet.ts";
import type { Firewall } from "./firewall.ts";
import type { Key } from "./key.ts";
import type { ReservedIp } from "./reserved-ip.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Vpc } from "./vpc.ts";
import type { Tag } from "./tag.ts";

/** A DigitalOcean account: what a token opens. */
export interface Account extends Tenant {
  readonly keys: Collection<Key>;
  readonly tags: Collection<Tag>;
  readonly snapshots: Collection<Snapshot>;
  readonly droplets: Collection<Droplet>;
  readonly domains: Collection<Domain>;
  readonly domainRecords: Collection<DomainRecord>;
  readonly reservedIps: Collection<ReservedIp>;
  readonly vpcs: Collection<Vpc>;
  readonly firewalls: Collection<Firewall>;
}

/** 404, in DigitalOcean's words. */
export function gone(): ApiError {
  const message = "The resource you were accessing could not be found.";
  return new ApiError(404, "not_found", message);
}

/** 422, in DigitalOcean's words. */
export function unprocessable(message: string): ApiError {
  return new ApiError(422, "unprocessable_entity", message);
}
