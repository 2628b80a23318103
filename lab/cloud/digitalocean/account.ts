import type { Actions } from "../action.ts";
import type { Collection } from "../collection.ts";
import type { Hosts } from "../hosts.ts";
import { ApiError } from "../http/api-error.ts";
import type { Droplet } from "./droplet.ts";
import type { Firewall } from "./firewall.ts";
import type { Key } from "./key.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Tag } from "./tag.ts";

/** A DigitalOcean account: what a token opens. */
export interface Account {
  readonly actions: Actions;
  readonly keys: Collection<Key>;
  readonly tags: Collection<Tag>;
  readonly snapshots: Collection<Snapshot>;
  readonly droplets: Collection<Droplet>;
  readonly firewalls: Collection<Firewall>;
  readonly hosts: Hosts;
  readonly nextId: () => number;
  /** Keeps the state and brings the filters of hosts to it. */
  readonly commit: () => Promise<void>;
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
