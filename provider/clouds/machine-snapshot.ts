import type { WritableCloudApi } from "./cloud-api.ts";

/** A snapshot of a host's machine, made by us. */
export interface MachineSnapshot {
  /** The provider's number of it. */
  readonly id: string;
  readonly name: string;
  /** When it was begun, as the provider writes it. */
  readonly createdAt: string;
  /** What it takes at the provider. @default - not known yet */
  readonly sizeGb?: number | undefined;
}

/** The same, as it is found at the provider. */
export interface FoundSnapshot extends MachineSnapshot {
  /** The change that it was made before. */
  readonly mark: string;
  readonly isComplete: boolean;
  /** Nobody may delete it. */
  readonly isProtected: boolean;
}

/** Whose snapshots: a machine, and the stack and host that all machines before it had too. */
export interface SnapshotSubject {
  /** The provider's number of the machine. */
  readonly machine: string;
  /** The stack, as labels have it. */
  readonly stack: string;
  readonly host: string;
}

/** How far a piece of work at the provider is. */
export type Progress = "running" | "done" | "failed";

/** The snapshots of one host at one provider. */
export interface SnapshotMaker {
  /** All that were made for this host, for any of its machines. */
  readonly list: () => Promise<FoundSnapshot[]>;
  /** The number of the work that makes one of this machine right now, whoever asked for it. */
  readonly running: () => Promise<string | undefined>;
  /** Asks for one; the number of the work that makes it. */
  readonly begin: (mark: string) => Promise<string>;
  readonly progress: (work: string) => Promise<Progress>;
  readonly remove: (id: string) => Promise<void>;
}

/** Speaks one provider's language. */
export type MakeSnapshotMaker = (
  api: WritableCloudApi,
  subject: SnapshotSubject,
) => SnapshotMaker;

/** What a snapshot is called: no stack has a dot in its label, and nothing follows the mark, so that it is nobody else's. */
export function snapshotName(
  { stack, host }: SnapshotSubject,
  mark: string,
): string {
  return `${stack}.${host}.before-${mark}`;
}

/** The mark of a snapshot of this host, from its name; `undefined` for any other. */
export function markOf(
  subject: SnapshotSubject,
  name: string,
): string | undefined {
  const mark = name.slice(snapshotName(subject, "").length);
  return isMark(mark) && name === snapshotName(subject, mark)
    ? mark
    : undefined;
}

/** Whether a text has the form of a mark. */
export function isMark(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}
