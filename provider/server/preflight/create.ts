import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { manifestIdOf } from "../identity.ts";
import { decode, encode, UNKNOWN } from "../property.ts";
import type { Session } from "../session.ts";
import { hostChanges } from "./changes.ts";
import { examineHosts } from "./examine.ts";

/** Looks at all hosts. What is not as it must be stops the update before anything was changed. */
export async function create(
  session: Session,
  request: provider_pb.CreateRequest,
): Promise<provider_pb.CreateResponse> {
  const inputs = decode(request.getProperties());
  const response = new provider_pb.CreateResponse();
  if (request.getPreview())
    return response.setProperties(encode({ results: UNKNOWN }));
  const results = await examineHosts(session, {
    inputs,
    changes: hostChanges({}, inputs),
    known: {},
    log: session.engine.logOf(request.getUrn()),
  });
  return response
    .setId(manifestIdOf(request.getUrn()))
    .setProperties(encode({ results }));
}
