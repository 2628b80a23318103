import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Session } from "./session.ts";

/** Makes a component for a program that is not in TypeScript: the class that TypeScript programs use, in a process of its own. */
export async function construct(
  session: Session,
  request: provider_pb.ConstructRequest,
): Promise<provider_pb.ConstructResponse> {
  return session.components.construct(request);
}
