import { setTimeout as sleep } from "node:timers/promises";
import pRetry, { type Options } from "p-retry";
import { CloudApiError } from "./cloud-api.ts";
import type {
  FoundSnapshot,
  Progress,
  SnapshotMaker,
} from "./machine-snapshot.ts";

/** How somebody waits for a snapshot. */
export interface Patience {
  /** Ends the waiting; the provider goes on with its work. */
  readonly signal: AbortSignal;
  /** Told again and again while it is being made, with the seconds so far. */
  readonly onWait: (seconds: number) => void;
  /** Seconds between two looks. @default 3 */
  readonly pollSeconds?: number | undefined;
  /** Seconds that a snapshot whose work has ended may take until it is listed as complete. @default 60 */
  readonly graceSeconds?: number | undefined;
  /** Seconds after which one that was made before by another run is too old to stand for this change. @default 3600 */
  readonly freshSeconds?: number | undefined;
}

interface Taking extends Required<Patience> {
  readonly maker: SnapshotMaker;
  readonly mark: string;
  readonly retry: Options;
}

/**
 * Makes the snapshot of a mark, and returns when it is complete. One that is there already is as good, and one that is
 * being made is waited for: however often this is begun and lost, there is one.
 */
export async function takeSnapshot(
  maker: SnapshotMaker,
  mark: string,
  patience: Patience,
): Promise<FoundSnapshot> {
  const taking: Taking = {
    ...{ pollSeconds: 3, graceSeconds: 60, freshSeconds: 3600 },
    ...{ maker, mark, ...patience },
    retry: retryOptions(patience.signal),
  };
  return pRetry(() => takeOnce(taking), taking.retry);
}

async function takeOnce(taking: Taking): Promise<FoundSnapshot> {
  const { maker, mark } = taking;
  const others = await steady(taking, () => maker.running());
  if (others !== undefined) await ended(taking, others);
  const found = await listed(taking, others !== undefined);
  if (found && (others !== undefined || isFresh(found, taking))) return found;
  const work = await maker.begin(mark);
  if ((await ended(taking, work)) === "failed")
    throw new Error("the provider began it and could not finish it");
  const made = await listed(taking, true);
  if (made) return made;
  throw new Error("the provider finished it and does not list it");
}

function isFresh({ createdAt }: FoundSnapshot, { freshSeconds }: Taking) {
  return Date.now() - Date.parse(createdAt) < freshSeconds * 1000;
}

/** Waits until a piece of work is over. */
async function ended(taking: Taking, work: string): Promise<Progress> {
  const { maker, pollSeconds, onWait, signal } = taking;
  const begin = performance.now();
  for (;;) {
    const progress = await steady(taking, () => maker.progress(work));
    if (progress !== "running") return progress;
    onWait(Math.round((performance.now() - begin) / 1000));
    await sleep(pollSeconds * 1000, undefined, { signal });
  }
}

/**
 * The complete snapshot of the mark. Nobody makes it any more: one that is still not complete after a while never will
 * be, and is deleted.
 */
async function listed(
  taking: Taking,
  isExpected: boolean,
): Promise<FoundSnapshot | undefined> {
  const { maker, mark, pollSeconds, graceSeconds, signal } = taking;
  const last = performance.now() + graceSeconds * 1000;
  for (;;) {
    const all = await steady(taking, () => maker.list());
    const found = newestFirst(all).find((one) => one.mark === mark);
    if (found?.isComplete) return found;
    if (!found && !isExpected) return undefined;
    if (performance.now() > last) {
      if (found) await steady(taking, () => maker.remove(found.id));
      return undefined;
    }
    await sleep(pollSeconds * 1000, undefined, { signal });
  }
}

function steady<T>({ retry }: Taking, ask: () => Promise<T>): Promise<T> {
  return pRetry(ask, retry);
}

function retryOptions(signal: AbortSignal): Options {
  return {
    retries: 5,
    minTimeout: 500,
    maxTimeout: 8000,
    factor: 2,
    signal,
    shouldRetry: ({ error }) => isBusy(error) || isPassing(error),
    // Whoever works on the machine ends some time: that is waited for, however long.
    shouldConsumeRetry: ({ error }) => !isBusy(error),
  };
}

/** Other work on the machine is under way. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof CloudApiError)) return false;
  const { status, message } = error;
  return (
    status === 423 || (status === 422 && message.includes("pending event"))
  );
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof CloudApiError)) return false;
  const { status } = error;
  return (
    status === undefined || status === 409 || status === 429 || status >= 500
  );
}

/** What stays of the snapshots of a host, and what went. */
export interface Pruned {
  readonly kept: readonly FoundSnapshot[];
  readonly removed: readonly FoundSnapshot[];
}

/** Deletes the oldest complete ones beyond `keep`; those that are protected stay, and count. */
export async function pruneSnapshots(
  maker: SnapshotMaker,
  keep: number,
  signal: AbortSignal,
): Promise<Pruned> {
  const options = retryOptions(signal);
  const found = await completeSnapshots(maker, signal);
  const removed = found.slice(keep).filter(({ isProtected }) => !isProtected);
  for (const { id } of removed) await pRetry(() => maker.remove(id), options);
  return { kept: found.filter((one) => !removed.includes(one)), removed };
}

/** The complete snapshots of a host, the newest first. */
export async function completeSnapshots(
  maker: SnapshotMaker,
  signal: AbortSignal,
): Promise<FoundSnapshot[]> {
  const found = await pRetry(() => maker.list(), retryOptions(signal));
  return newestFirst(found).filter(({ isComplete }) => isComplete);
}

function newestFirst(found: readonly FoundSnapshot[]): FoundSnapshot[] {
  return found.toSorted(
    (a, b) =>
      Date.parse(b.createdAt) - Date.parse(a.createdAt) ||
      Number(b.id) - Number(a.id),
  );
}
