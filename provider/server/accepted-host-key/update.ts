import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { decode, encode } from "../property.ts";
import type { Session } from "../session.ts";
import { contactAgain } from "./first-contact.ts";
import {
  parseInputs,
  parseRecorded,
  pinned,
  properties,
  unknownProperties,
  recordedOrPinned,
} from "./state.ts";

/** Keeps the recorded key, wherever the host is by now, and dials nothing; a machine that was rebuilt has a first contact again. */
export async function update(
  session: Session,
  request: provider_pb.UpdateRequest,
): Promise<provider_pb.UpdateResponse> {
  const inputs = parseInputs(decode(request.getNews()));
  const recorded = parseRecorded(decode(request.getOlds()));
  const log = session.engine.logOf(request.getUrn());
  const response = new provider_pb.UpdateResponse();
  if (!session.isRebuilt(inputs.name))
    return response.setProperties(
      encode(properties(recordedOrPinned(recorded, inputs))),
    );
  if (inputs.pinned.length > 0)
    return response.setProperties(encode(properties(pinned(inputs.pinned))));
  if (request.getPreview()) {
    return response.setProperties(encode(unknownProperties));
  }
  const outputs = await contactAgain(session, { inputs, recorded, log });
  return response.setProperties(encode(properties(outputs)));
}
