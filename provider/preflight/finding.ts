import type { CheckName, PreflightHost } from "../../manifest/preflight.ts";
import type { Requirements } from "../../manifest/preflight.ts";
import type { PreflightAnswer } from "../facts/index.ts";

/** One thing about a host that is not as it must be. */
export interface Finding {
  readonly check: CheckName;
  /** A warning stops nothing. */
  readonly severity: "error" | "warning";
  /** What is so. */
  readonly text: string;
  /** What to do about it. */
  readonly fix: string;
  /** The answer is the script that lets the key in. @default false */
  readonly needsScript?: boolean;
}

/** What a host is asked for. */
export interface Wanted extends Pick<
  PreflightHost,
  "ports" | "declared" | "firewall"
> {
  readonly requirements: Requirements;
  /** What is judged. */
  readonly checks: readonly CheckName[];
}

/** What a host said, and what it is asked for. */
export interface Examined {
  readonly answer: PreflightAnswer;
  readonly wanted: Wanted;
  /** This machine's clock around the host's answer, in seconds since 1970. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** What one check finds; most find nothing. */
export type Check = (examined: Examined) => readonly Omit<Finding, "check">[];

/** A finding that stops the update. */
export function error(text: string, fix: string): Omit<Finding, "check"> {
  return { severity: "error", text, fix };
}

/** A finding that is told, and stops nothing. */
export function warning(text: string, fix: string): Omit<Finding, "check"> {
  return { severity: "warning", text, fix };
}
