import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import type { MachineSnapshotsInputs } from "../../../manifest/machine-snapshots.ts";
import { completeSnapshots, type MachineSnapshot } from "../../clouds/index.ts";
import { decode } from "../property.ts";
import type { Session } from "../session.ts";
import { makerOf } from "./settle.ts";
import { parseSnapshotInputs, parseSnapshotState } from "./state.ts";
import { renderLeft } from "./words.ts";

/** Snapshots outlive the machine: they are named, and stay. */
export async function remove(
  session: Session,
  request: provider_pb.DeleteRequest,
): Promise<empty_pb.Empty> {
  const inputs = parseSnapshotInputs(decode(request.getOldInputs()));
  const { snapshots } = parseSnapshotState(decode(request.getProperties()));
  const left = await look(session, inputs, snapshots);
  if (left.length > 0)
    session.engine
      .logOf(request.getUrn())
      .say("warning", renderLeft(inputs, left));
  return new empty_pb.Empty();
}

/** What the provider has by now; where it does not answer, what it had. */
async function look(
  session: Session,
  inputs: MachineSnapshotsInputs,
  known: readonly MachineSnapshot[],
): Promise<readonly MachineSnapshot[]> {
  try {
    return await completeSnapshots(makerOf(session, inputs), session.signal);
  } catch {
    return known;
  }
}
