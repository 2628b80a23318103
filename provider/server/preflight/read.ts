import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Session } from "../session.ts";

/** A preflight is of one moment: a refresh leaves it as it was, and dials nothing. */
export function read(
  _session: Session,
  request: provider_pb.ReadRequest,
): provider_pb.ReadResponse {
  const properties = request.getProperties();
  if (properties?.getFieldsMap().get("results") === undefined) {
    throw new Error(
      "a Preflight cannot be imported: declare it in the program and run 'pulumi up'",
    );
  }
  return new provider_pb.ReadResponse()
    .setId(request.getId())
    .setInputs(request.getInputs())
    .setProperties(properties);
}
