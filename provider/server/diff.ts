import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { changesOf, type Change } from "./changes.ts";
import { decode } from "./property.ts";
import { parseState } from "./state.ts";

/** Compares what is wanted with what was last seen, item by item, without any connection. */
export function diff(
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const changes = changesOf(
    parseState(decode(request.getOlds())),
    decode(request.getOldInputs()),
    decode(request.getNews()),
  );
  const { DIFF_NONE, DIFF_SOME } = provider_pb.DiffResponse.DiffChanges;
  const response = new provider_pb.DiffResponse();
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(true);
  for (const change of changes) {
    response.addDiffs(change.path.split(/[.[]/)[0] ?? change.path);
    if (change.kind === "replace") response.addReplaces(change.path);
    response.getDetaileddiffMap().set(change.path, propertyDiff(change));
  }
  return response;
}

function propertyDiff(change: Change): provider_pb.PropertyDiff {
  const { Kind } = provider_pb.PropertyDiff;
  const kinds = {
    add: Kind.ADD,
    update: Kind.UPDATE,
    delete: Kind.DELETE,
    replace: Kind.UPDATE_REPLACE,
  };
  const difference = new provider_pb.PropertyDiff();
  difference.setKind(kinds[change.kind]);
  difference.setInputdiff(true);
  return difference;
}
