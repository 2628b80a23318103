/** Why a host could not be reached; each kind has its own message and its own next step. */
export type DialFailure =
  "unreachable" | "refused" | "wrong-host-key" | "no-access" | "cancelled";

/** A connection that could not be made, or was lost. Its message is whole sentences. */
export class DialError extends Error {
  override readonly name = "DialError";
  readonly failure: DialFailure;

  constructor(failure: DialFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }

  /** Whether the same dial may succeed a moment later. */
  get isTransient(): boolean {
    return this.failure === "unreachable" || this.failure === "refused";
  }
}
