import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { MachineSnapshotsInputs } from "../../../manifest/machine-snapshots.ts";
import type { ResourceLog } from "../engine.ts";
import { decode, encode } from "../property.ts";
import type { Session } from "../session.ts";
import { isOpen, snapshotChanges } from "./changes.ts";
import { markAfter } from "./mark.ts";
import { settle } from "./settle.ts";
import {
  parseSnapshotInputs,
  parseSnapshotState,
  unknownSnapshots,
} from "./state.ts";
import { renderLeft, renderReasons } from "./words.ts";

/** Makes a snapshot before what is watched changes; keeps as many as are wanted. */
export async function update(
  session: Session,
  request: provider_pb.UpdateRequest,
): Promise<provider_pb.UpdateResponse> {
  const raw = decode(request.getNews());
  const olds = decode(request.getOldInputs());
  const inputs = parseSnapshotInputs(raw);
  const { reasons } = snapshotChanges(olds, raw);
  const log = session.engine.logOf(request.getUrn());
  const response = new provider_pb.UpdateResponse();
  if (request.getPreview()) {
    if (reasons.length > 0)
      log.say("info", forecast(inputs.host, raw, reasons));
    return response.setProperties(encode(unknownSnapshots));
  }
  const state = parseSnapshotState(decode(request.getOlds()));
  const properties = await settle(session, {
    inputs,
    mark: markAfter(session.configuration.privateKey, state.mark, raw),
    reasons: reasons.length > 0 ? reasons : undefined,
    log,
    timeoutSeconds: request.getTimeout(),
  });
  tellOfOtherPlace(parseSnapshotInputs(olds), inputs, state.snapshots, log);
  return response.setProperties(encode(properties));
}

/** In words, what a preview knows. */
function forecast(
  host: string,
  raw: ReturnType<typeof decode>,
  reasons: readonly string[],
): string {
  const why = renderReasons(reasons);
  return reasons.every((key) => isOpen(raw, key))
    ? `${host}: a snapshot of its machine will be made first if this changes, which is not known yet: ${why}`
    : `${host}: a snapshot of its machine will be made first: ${why}`;
}

/** Snapshots stay where they are when the host goes elsewhere. */
function tellOfOtherPlace(
  before: MachineSnapshotsInputs,
  after: MachineSnapshotsInputs,
  left: Parameters<typeof renderLeft>[1],
  log: ResourceLog,
): void {
  const isThere =
    before.provider === after.provider &&
    before.stack === after.stack &&
    before.host === after.host;
  if (!isThere && left.length > 0) log.say("warning", renderLeft(before, left));
}
