import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import {
  decode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { findManaged } from "./plugin.ts";
import type { Session } from "./session.ts";

/** Delete. What is gone already is an error: a refresh finds that out. */
export async function remove<Api>(
  session: Session<Api>,
  request: provider_pb.DeleteRequest,
): Promise<empty_pb.Empty> {
  const known = findManaged(session.plugin, request.getType());
  const urn = request.getUrn();
  try {
    await known.resource.remove({
      api: session.api,
      id: request.getId(),
      state: reveal(decode(request.getProperties())) as PropertyMap,
      deadline: session.deadlineOf(request),
    });
  } catch (error) {
    const doing = { verb: "deleting", urn } as const;
    const message = session.teller.tell(error, known, { urn, doing });
    throw new Error(message, { cause: error });
  }
  return new empty_pb.Empty();
}
