import type { Gate } from "../../manifest/gates.ts";
import type { ItemKey } from "../../manifest/items.ts";
import type { Observation } from "../facts/observation.ts";
import type { Items } from "./item.ts";

/** How this program itself comes in. */
export interface Login {
  readonly user: string;
  /** The key's blob in base64, as the second word of a line of authorized_keys. */
  readonly publicKey: string;
}

/** What a plan needs to know besides items. */
export interface JobContext {
  readonly manifestId: string;
  /** Who holds the lock, as other engines read it: stack, host and pid. */
  readonly lockOwner: string;
  readonly observation: Observation;
  /** Random per resource, secret in state: keys the digests of secret contents. */
  readonly digestKey: string;
  readonly deadlineSeconds: number;
  readonly lockWaitSeconds: number;
  readonly attempt: number;
  /** Nothing that a job does may end this. */
  readonly login: Login;
}

/** What an update wants. */
export interface JobInput extends JobContext {
  readonly items: Items;
  /** Items of the old inputs: what is gone from `items` and still ours is removed, and its units are told. */
  readonly previousItems: Items;
  readonly gates: Readonly<Record<string, Gate>>;
  /** The host was entered by a way that is about to be given up: nothing is removed until the declared one has opened. @default false */
  readonly isMoving?: boolean;
}

/** What a delete gives up. */
export interface DeleteInput extends JobContext {
  readonly items: Items;
}

/** One change that the job makes, for people. */
export interface PlannedOperation {
  readonly key: ItemKey;
  /** What was seen, and what is wanted. */
  readonly reason: string;
  /** What is done, such as `file /etc/nginx/nginx.conf replaced`. */
  readonly summary: string;
}

/** An item that the job must not touch, and why. */
export interface Refusal {
  readonly key: ItemKey;
  readonly reason: string;
}

/** One line of the plan: fields of docs/runtime.md. */
export type PlanRecord = readonly [
  (
    | "meta"
    | "defer"
    | "touch"
    | "step"
    | "gate"
    | "own"
    | "disown"
    | "nft-digest"
  ),
  ...string[],
];

/** What goes into `payload/<n>`; n is the index. */
export type Payload =
  | { readonly content: string }
  | {
      readonly release: {
        /** Directory on the workstation. */
        readonly source: string;
        /** Relative path → SHA-256 that the content must have. */
        readonly files: Readonly<Record<string, string>>;
      };
    };

/** A step as the journal and the log name it. */
export interface PlannedStep {
  readonly id: string;
  /** The item that wanted it; `undefined` for a step that serves many. */
  readonly key: ItemKey | undefined;
  readonly verb: string;
  readonly args: readonly string[];
}

/** What a job does. No operations: nothing is to change; whether its gates run all the same is the caller's decision. */
export interface JobPlan {
  readonly jobId: string;
  /** The same for every attempt and every observation. */
  readonly desiredHash: string;
  readonly operations: readonly PlannedOperation[];
  /** Not empty: the job must not be started. */
  readonly refused: readonly Refusal[];
  readonly steps: readonly PlannedStep[];
  readonly records: readonly PlanRecord[];
  readonly payloads: readonly Payload[];
  /** A step waits for a confirmation by a new connection. */
  readonly needsConfirmation: boolean;
  readonly hasGates: boolean;
  /** `observed` after a commit, key by key. */
  readonly observedWhenDone: Readonly<Record<string, string>>;
  /** What stays on the host after a delete, for people. */
  readonly kept: readonly string[];
}

/** The text of the bundle's `plan`. Throws when a field cannot be written as a record. */
export function renderPlan(records: readonly PlanRecord[]): string {
  return records.map((fields) => `${fields.map(field).join("\t")}\n`).join("");
}

function field(text: string): string {
  if (text !== "" && !/[\t\n\r\0]/.test(text)) return text;
  throw new Error(
    `${JSON.stringify(text)} cannot be a field of a plan: it is empty or holds a control character`,
  );
}
