import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { pathOf } from "../changes.ts";
import { diffResponse, type Difference } from "../diff-response.ts";
import { decode } from "../property.ts";
import type { Session } from "../session.ts";
import { hostChanges } from "./changes.ts";

/** Which hosts would be looked at; nothing of a preflight drifts, and nothing replaces it. */
export function diff(
  _session: Session,
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const { added, changed, removed, hasOtherRequirements } = hostChanges(
    decode(request.getOldInputs()),
    decode(request.getNews()),
  );
  const { ADD, UPDATE, DELETE } = provider_pb.PropertyDiff.Kind;
  const hosts = (names: readonly string[], kind: Kind): Difference[] =>
    names.map((name) => [pathOf("hosts", name), kind]);
  const changes: Difference[] = [
    ...hosts(added, ADD),
    ...hosts(hasOtherRequirements ? [] : changed, UPDATE),
    ...hosts(removed, DELETE),
    ...(hasOtherRequirements ? [["requirements", UPDATE] as const] : []),
  ];
  return diffResponse(changes);
}

type Kind = provider_pb.PropertyDiff.Kind;
