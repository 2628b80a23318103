import {
  pruneSnapshots,
  snapshotMakers,
  takeSnapshot,
  WritableCloudApi,
  type MachineSnapshot,
  type SnapshotMaker,
} from "../../clouds/index.ts";
import type { MachineSnapshotsInputs } from "../../../manifest/machine-snapshots.ts";
import type { ResourceLog } from "../engine.ts";
import type { PropertyMap } from "../property.ts";
import type { Session } from "../session.ts";
import { accessOf } from "./access.ts";
import { snapshotProperties } from "./state.ts";
import { refusal, renderPruned, renderReasons } from "./words.ts";

/** Seconds until a provider's answer counts as lost. */
const ANSWER_SECONDS = 30;

/** Seconds that a snapshot may take. */
const LONGEST_SECONDS = 7200;

/** What was decided about the snapshots of a machine. */
export interface Settlement {
  readonly inputs: MachineSnapshotsInputs;
  /** What this change is known by. */
  readonly mark: string;
  /** Why one is made before anything else. @default - none is */
  readonly reasons?: readonly string[] | undefined;
  readonly log: ResourceLog;
  /** Seconds that the program gives this. @default - two hours */
  readonly timeoutSeconds: number;
}

/** The snapshots of a host, in its provider's language. */
export function makerOf(
  session: Session,
  { provider, machine, stack, host }: MachineSnapshotsInputs,
): SnapshotMaker {
  const access = accessOf(provider, session.configuration, process.env);
  const api = new WritableCloudApi(access, ANSWER_SECONDS);
  return snapshotMakers[provider](api, { machine, stack, host });
}

/** Makes the snapshot that was decided on, and takes the oldest away. The outputs. */
export async function settle(
  session: Session,
  settlement: Settlement,
): Promise<PropertyMap> {
  const { inputs, mark, reasons, log } = settlement;
  const deadline = (settlement.timeoutSeconds || LONGEST_SECONDS) * 1000;
  const late = AbortSignal.timeout(deadline);
  const signal = AbortSignal.any([session.signal, late]);
  try {
    const maker = makerOf(session, inputs);
    const made = reasons && (await take(maker, settlement, signal, reasons));
    const kept = await prune(maker, settlement, signal, made);
    return snapshotProperties(mark, kept);
  } catch (error) {
    log.status("");
    if (session.signal.aborted)
      throw new Error(
        `${inputs.host}: cancelled; a snapshot that was begun is found by the next 'pulumi up'`,
        { cause: error },
      );
    const seconds = deadline / 1000;
    const reason = late.aborted
      ? new Error(`it is not complete after ${seconds} seconds`)
      : error;
    throw new Error(refusal(inputs, reason), { cause: error });
  }
}

async function take(
  maker: SnapshotMaker,
  { inputs: { host }, mark, log }: Settlement,
  signal: AbortSignal,
  reasons: readonly string[],
): Promise<MachineSnapshot> {
  const why = renderReasons(reasons);
  log.status(`a snapshot of the machine is made first: ${why}`);
  const made = await takeSnapshot(maker, mark, {
    signal,
    onWait: (seconds) => {
      log.status(`the snapshot of the machine is being made: ${seconds} s`);
    },
  });
  log.say(
    "info",
    `${host}: the snapshot ${made.name} (number ${made.id}) of its machine is complete; now comes the change: ${why}`,
  );
  return made;
}

/** What is too many does not stop a change whose snapshot is there. */
async function prune(
  maker: SnapshotMaker,
  { inputs: { host, keep }, log }: Settlement,
  signal: AbortSignal,
  made: MachineSnapshot | undefined,
): Promise<readonly MachineSnapshot[]> {
  try {
    const pruned = await pruneSnapshots(maker, keep, signal);
    if (made || pruned.removed.length > 0)
      log.say("info", renderPruned(host, pruned));
    return pruned.kept;
  } catch (error) {
    if (!made || signal.aborted) throw error;
    const words = error instanceof Error ? error.message : String(error);
    log.say(
      "warning",
      `${host}: older snapshots were not removed: ${words}. The next one tries it again`,
    );
    return [made];
  }
}
