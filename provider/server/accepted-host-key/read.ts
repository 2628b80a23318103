import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Session } from "../session.ts";

/** A first contact is made once: a refresh leaves what is recorded as it is, and dials nothing. */
export function read(
  _session: Session,
  request: provider_pb.ReadRequest,
): provider_pb.ReadResponse {
  const properties = request.getProperties();
  if (properties?.getFieldsMap().get("hostKeys") === undefined) {
    throw new Error(
      "an AcceptedHostKey cannot be imported: pin the key as hostKey, or declare it in the program and run 'pulumi up'",
    );
  }
  return new provider_pb.ReadResponse()
    .setId(request.getId())
    .setInputs(request.getInputs())
    .setProperties(properties);
}
