import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { converge } from "./converge.ts";
import { manifestIdOf } from "./identity.ts";
import { parseInputs } from "./inputs.ts";
import { withState } from "./partial-state.ts";
import { sayWhatWillHappen } from "./preview-line.ts";
import { decode, encode } from "./property.ts";
import type { Session } from "./session.ts";
import { newDigestKey, previewProperties, stateProperties } from "./state.ts";
import { taskOf } from "./task.ts";
import { firstWays } from "./ways.ts";

/** Brings a host to a manifest's state for the first time. */
export async function create(
  session: Session,
  request: provider_pb.CreateRequest,
): Promise<provider_pb.CreateResponse> {
  const raw = decode(request.getProperties());
  const inputs = parseInputs(raw);
  const log = session.engine.logOf(request.getUrn());
  const response = new provider_pb.CreateResponse();
  if (request.getPreview()) {
    sayWhatWillHappen(log, undefined, inputs);
    response.setProperties(encode(previewProperties(inputs, undefined)));
    return response;
  }
  const id = manifestIdOf(request.getUrn());
  const task = taskOf(session, {
    manifestId: id,
    urn: request.getUrn(),
    inputs,
    state: { observed: {}, facts: undefined, digestKey: newDigestKey() },
    otherWays: firstWays(inputs.host, inputs.items),
    timeoutSeconds: request.getTimeout(),
  });
  try {
    const converged = await converge(session, task);
    if (inputs.host.connection.first) session.wasFirstMet(inputs.host);
    const properties = stateProperties(inputs, converged, task.digestKey);
    return response.setId(id).setProperties(encode(properties));
  } catch (error) {
    throw withState(error, task, raw);
  }
}
