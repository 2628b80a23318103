import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { acceptedHostKey } from "../../../manifest/accepted-host-key.ts";
import { checkInputs } from "../check-inputs.ts";
import type { Session } from "../session.ts";

/** Checks the inputs of a host key that is accepted at the first contact. */
export function check(
  _session: Session,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  return checkInputs(acceptedHostKey, request);
}
