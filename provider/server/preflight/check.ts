import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { preflight } from "../../../manifest/preflight.ts";
import { checkInputs } from "../check-inputs.ts";
import type { Session } from "../session.ts";

/** Checks the inputs of a preflight. */
export function check(
  _session: Session,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  return checkInputs(preflight, request);
}
