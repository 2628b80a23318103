import { RunError } from "@pulumi/pulumi";
import type { GitFault } from "./git-fault.ts";

/** Files that could not be had from a repository, with the key that has to be changed. */
export class GitSourceError extends RunError {
  readonly fault: GitFault;
  /** What the key holds, as it may be shown. */
  readonly value: string;

  /** `value` is what the key holds, as it may be shown. */
  constructor(fault: GitFault, value: string) {
    super(
      `gitSource: ${fault.key}: ${value} ${fault.rule}\n    → ${fault.hint}`,
    );
    this.name = "GitSourceError";
    this.fault = fault;
    this.value = value;
  }
}

/** A fault on its way to where its value is known. */
export class GitFailure extends Error {
  readonly fault: GitFault;

  constructor(fault: GitFault) {
    super(`${fault.key} ${fault.rule}`);
    this.name = "GitFailure";
    this.fault = fault;
  }
}
