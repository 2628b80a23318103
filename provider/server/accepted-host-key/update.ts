import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { decode, encode } from "../property.ts";
import type { Session } from "../session.ts";
import {
  parseInputs,
  parseRecorded,
  properties,
  recordedOrPinned,
} from "./state.ts";

/** Keeps the recorded key, wherever the host is by now; dials nothing. */
export function update(
  _session: Session,
  request: provider_pb.UpdateRequest,
): provider_pb.UpdateResponse {
  const inputs = parseInputs(decode(request.getNews()));
  const recorded = parseRecorded(decode(request.getOlds()));
  const outputs = recordedOrPinned(recorded, inputs);
  return new provider_pb.UpdateResponse().setProperties(
    encode(properties(outputs)),
  );
}
