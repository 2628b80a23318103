import type { HostFacts } from "../../manifest/manifest.ts";
import type { Items } from "../operations/index.ts";
import type { ResourceLog } from "./engine.ts";
import type { ParsedInputs } from "./inputs.ts";

/** One manifest that is to be brought to its desired state, or removed. */
export interface Task {
  readonly manifestId: string;
  readonly inputs: ParsedInputs;
  readonly items: Items;
  readonly previousItems: Items;
  readonly digestKey: string;
  readonly previousFacts: HostFacts | undefined;
  readonly log: ResourceLog;
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
