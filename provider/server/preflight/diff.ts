import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { pathOf } from "../changes.ts";
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
  const hosts = (names: readonly string[], kind: Kind): [string, Kind][] =>
    names.map((name) => [pathOf("hosts", name), kind]);
  const changes: [string, Kind][] = [
    ...hosts(added, ADD),
    ...hosts(hasOtherRequirements ? [] : changed, UPDATE),
    ...hosts(removed, DELETE),
    ...(hasOtherRequirements
      ? [["requirements", UPDATE] as [string, Kind]]
      : []),
  ];
  return responseOf(changes);
}

type Kind = provider_pb.PropertyDiff.Kind;

function responseOf(
  changes: readonly [string, Kind][],
): provider_pb.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = provider_pb.DiffResponse.DiffChanges;
  const response = new provider_pb.DiffResponse();
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  for (const [path, kind] of changes) {
    const difference = new provider_pb.PropertyDiff();
    response.addDiffs(path.split("[")[0] ?? path);
    response
      .getDetaileddiffMap()
      .set(path, difference.setKind(kind).setInputdiff(true));
  }
  return response;
}
