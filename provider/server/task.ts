import type { HostFacts } from "../../manifest/manifest.ts";
import type { Items } from "../operations/index.ts";
import type { ResourceLog } from "./engine.ts";
import type { ParsedInputs } from "./inputs.ts";
import type { Entrance } from "../ssh/pool.ts";
import type { Session } from "./session.ts";
import { itemsWithSecrets, type State } from "./state.ts";
import type { OtherWays } from "./ways.ts";

/** One manifest that is to be brought to its desired state, or removed. */
export interface Task {
  readonly manifestId: string;
  readonly inputs: ParsedInputs;
  readonly items: Items;
  readonly previousItems: Items;
  readonly digestKey: string;
  readonly previousFacts: HostFacts | undefined;
  /** Deadline of the whole job in seconds. */
  readonly deadlineSeconds: number;
  readonly log: ResourceLog;
  /** How the host may be entered besides its declared connection. */
  readonly otherWays: OtherWays | undefined;
}

/** How the pool may enter the host of a task. */
export function entranceOf({ otherWays, log }: Task): Entrance | undefined {
  return (
    otherWays && {
      ...otherWays,
      onWait: (text) => {
        log.status(text);
      },
    }
  );
}

/** What is known of the host afterwards. */
export interface Converged {
  readonly observed: Record<string, string>;
  /** `undefined` when the host was never seen. */
  readonly facts: HostFacts | undefined;
  /** What a delete left on the host. */
  readonly kept: readonly string[];
}

/** How a job ended that did not commit; `after` is what was seen then, where the host may be between two states. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  readonly after: Converged | undefined;

  constructor(message: string, after?: Converged, options?: ErrorOptions) {
    super(message, options);
    this.after = after;
  }
}

/** What a request of the engine says of its manifest. */
export interface TaskArgs {
  readonly manifestId: string;
  readonly urn: string;
  readonly inputs: ParsedInputs;
  /** What the state knows; empty but for the key before the first apply. */
  readonly state: State;
  /** Items of the old inputs. @default - none */
  readonly previousItems?: Items;
  /** The resource's `customTimeouts` in seconds. @default 0, for none */
  readonly timeoutSeconds?: number;
  /** How else the host may be entered. @default - by its declared connection alone */
  readonly otherWays?: OtherWays | undefined;
}

/** The task that a request is about. */
export function taskOf(session: Session, args: TaskArgs): Task {
  const { inputs, state } = args;
  return {
    manifestId: args.manifestId,
    inputs,
    items: itemsWithSecrets(inputs),
    previousItems: args.previousItems ?? new Map(),
    digestKey: state.digestKey,
    previousFacts: state.facts,
    deadlineSeconds: deadlineOf(inputs, args.timeoutSeconds ?? 0),
    log: session.engine.logOf(args.urn),
    otherWays: args.otherWays,
  };
}

/** The manifest's own deadline, or the resource's `customTimeouts` where that is shorter; the engine says 0 for none. */
export function deadlineOf(
  inputs: ParsedInputs,
  timeoutSeconds: number,
): number {
  const own = inputs.deadlineSeconds;
  return timeoutSeconds > 0 ? Math.min(own, Math.ceil(timeoutSeconds)) : own;
}
