import type { ItemKey, ItemKind, Notification } from "../../manifest/items.ts";
import type { Observation } from "../facts/observation.ts";
import type { ItemWith } from "./item.ts";
import type { Payload } from "./job-plan.ts";

/** Parts of a job, in the order in which they run; notifications follow `units`. */
export type Phase =
  | "packages"
  | "users"
  | "stop"
  | "directories"
  | "files"
  | "removals"
  | "releases"
  | "cluster"
  | "dumps"
  | "roles"
  | "memberships"
  | "databases"
  | "extensions"
  | "grants"
  | "units"
  | "sql-removals"
  | "purge"
  | "sshd"
  | "users-gone"
  | "firewall";

/** A step before its number and the number of its payload are known. */
export interface StepDraft {
  readonly phase: Phase;
  readonly verb: string;
  readonly payload?: Payload;
  readonly args: readonly string[];
}

/** What a snapshot has to hold. */
export type Touch =
  | readonly [
      kind:
        | "path"
        | "unit"
        | "release"
        | "nft"
        | "sshd"
        | "sysctl"
        | "postgres-cluster"
        | "postgres-role"
        | "postgres-database"
        | "postgres-grant",
      name: string,
    ]
  | readonly [kind: "user", name: string, home: string];

/** What one item needs done. */
export interface Change {
  readonly steps: readonly StepDraft[];
  readonly touches: readonly Touch[];
  /** What was done, as a past participle: `replaced`, `enabled and started`. */
  readonly word: string;
  readonly notify?: readonly Notification[];
  /** A file of nginx' configuration changed. */
  readonly isNginxConfiguration?: boolean;
  /** systemd has to read unit files anew before it may touch the unit. */
  readonly isUnitStale?: boolean;
  /** Table and digest that the job records. */
  readonly nftDigest?: readonly [table: string, digest: string];
  /** Units that packages do not start when they bring them. */
  readonly deferred?: readonly string[] | undefined;
  /** How long the host waits for a new connection under what its steps of the phase `sshd` change. */
  readonly confirmSeconds?: number;
  /** What stays on the host, for people. */
  readonly kept?: string;
}

/** An item against what was seen of it. */
export interface Situation {
  readonly manifestId: string;
  /** Random per resource: what is derived from a secret is derived with it. */
  readonly digestKey: string;
  readonly observation: Observation;
  readonly found: string;
  readonly wanted: string;
  /** The ledger says that this manifest owns it. */
  readonly isOurs: boolean;
  /** The job installs packages first, and they may bring what was not there. */
  readonly isInstalling: boolean;
}

/** An item that the ledger gives to this manifest and that is to go; `item` is unknown when no inputs speak of it any more. */
export interface Removal<K extends ItemKind> {
  readonly kind: K;
  readonly key: ItemKey;
  readonly name: string;
  readonly item: ItemWith<K> | undefined;
  /** The whole manifest goes, so that `purge` and `onDelete` count. */
  readonly isDelete: boolean;
}

/** Everything that one kind of item can do. */
export interface Operation<K extends ItemKind> {
  /** The short form that `observed` holds. */
  desired(item: ItemWith<K>, digestKey: string): string;
  /** What is there, in the same form; `undefined` when it could not be read. */
  seen(
    item: ItemWith<K>,
    observation: Observation,
    digestKey: string,
  ): string | undefined;
  /** Why this must not be touched, although the ledger names no other owner. */
  refuse?(item: ItemWith<K>, situation: Situation): string | undefined;
  /** Whether packages that the job installs may undo what is as wanted now. */
  isUncertain?(item: ItemWith<K>, situation: Situation): boolean;
  /** Whether the manifest becomes the owner. */
  isOwned(item: ItemWith<K>, situation: Situation): boolean;
  /** Called when something differs, is uncertain, or only the ledger has to move. */
  change(item: ItemWith<K>, situation: Situation): Change;
  remove(removal: Removal<K>, observation: Observation): Change;
}

/** Nothing is done on the host: only the ledger moves. */
export function untouched(word: string, kept?: string): Change {
  return { steps: [], touches: [], word, ...(kept ? { kept } : {}) };
}
