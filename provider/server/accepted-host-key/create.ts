import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { manifestIdOf } from "../identity.ts";
import { decode, encode } from "../property.ts";
import type { Session } from "../session.ts";
import { firstContact } from "./first-contact.ts";
import { parseInputs, pinned, properties, unknownProperties } from "./state.ts";

/** Records the pinned keys, or the key that the host shows at its first contact. */
export async function create(
  session: Session,
  request: provider_pb.CreateRequest,
): Promise<provider_pb.CreateResponse> {
  const inputs = parseInputs(decode(request.getProperties()));
  const log = session.engine.logOf(request.getUrn());
  const isPinned = inputs.pinned.length > 0;
  const response = new provider_pb.CreateResponse();
  if (request.getPreview()) {
    if (!isPinned)
      log.say(
        "warning",
        `${inputs.name}: the key that it shows first will be accepted and recorded (acceptNewHostKey)`,
      );
    return response.setProperties(encode(unknownProperties));
  }
  const outputs = isPinned
    ? pinned(inputs.pinned)
    : await firstContact(session, inputs, log);
  return response
    .setId(manifestIdOf(request.getUrn()))
    .setProperties(encode(properties(outputs)));
}
