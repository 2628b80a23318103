import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { manifestIdOf } from "../identity.ts";
import { decode, encode, reveal, UNKNOWN } from "../property.ts";
import type { Session } from "../session.ts";
import { markAfter } from "./mark.ts";
import { settle } from "./settle.ts";
import { parseSnapshotInputs, unknownSnapshots } from "./state.ts";

/**
 * A machine that was made just now has nothing worth a snapshot. Of one that was there before, one is made at once: what
 * else this update changes on it, nobody can tell here.
 */
export async function create(
  session: Session,
  request: provider_pb.CreateRequest,
): Promise<provider_pb.CreateResponse> {
  const raw = decode(request.getProperties());
  const inputs = parseSnapshotInputs(raw);
  const log = session.engine.logOf(request.getUrn());
  const response = new provider_pb.CreateResponse();
  if (request.getPreview()) {
    if (reveal(raw["machine"]) !== UNKNOWN)
      log.say(
        "info",
        `${inputs.host}: a snapshot of its machine will be made, before anything else is changed: the first one`,
      );
    return response.setProperties(encode(unknownSnapshots));
  }
  const isFresh = session.isFirstMet(inputs.hostId);
  const properties = await settle(session, {
    inputs,
    mark: markAfter(session.configuration.privateKey, inputs.machine, raw),
    reasons: isFresh ? undefined : ["snapshots of this host are new"],
    log,
    timeoutSeconds: request.getTimeout(),
  });
  return response
    .setId(manifestIdOf(request.getUrn()))
    .setProperties(encode(properties));
}
