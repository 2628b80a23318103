import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { decode, encode, UNKNOWN } from "../property.ts";
import type { Session } from "../session.ts";
import { hostChanges } from "./changes.ts";
import { examineHosts } from "./examine.ts";
import { parseKnown } from "./state.ts";

/** Looks at the hosts that are new or changed; what is known of the others stays. */
export async function update(
  session: Session,
  request: provider_pb.UpdateRequest,
): Promise<provider_pb.UpdateResponse> {
  const inputs = decode(request.getNews());
  const response = new provider_pb.UpdateResponse();
  if (request.getPreview())
    return response.setProperties(encode({ results: UNKNOWN }));
  const results = await examineHosts(session, {
    inputs,
    changes: hostChanges(decode(request.getOldInputs()), inputs),
    known: parseKnown(decode(request.getOlds())),
    log: session.engine.logOf(request.getUrn()),
  });
  return response.setProperties(encode({ results }));
}
