import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { changesOf, pathOf, type Change } from "./changes.ts";
import { decode, isRecord, reveal, type PropertyMap } from "./property.ts";
import type { Session } from "./session.ts";
import { parseState } from "./state.ts";

/** Compares what is wanted with what was last seen, item by item, without any connection. */
export function diff(
  session: Session,
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const isRefresh = session.isAfterRead(request.getUrn());
  const news = decode(request.getNews());
  const found = changesOf(
    parseState(decode(request.getOlds())),
    decode(request.getOldInputs()),
    news,
  );
  const isRebuilt = !isRefresh && session.isRebuilt(hostNameOf(news));
  const changes = isRebuilt && found.length === 0 ? [lookedAtAnew] : found;
  const { DIFF_NONE, DIFF_SOME } = provider_pb.DiffResponse.DiffChanges;
  const response = new provider_pb.DiffResponse();
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(true);
  for (const change of changes) {
    const path =
      isRefresh && change.drifted
        ? pathOf("observed", change.drifted)
        : change.path;
    response.addDiffs(path.split(/[.[]/)[0] ?? path);
    if (change.kind === "replace") response.addReplaces(path);
    response.getDetaileddiffMap().set(path, propertyDiff(change, isRefresh));
  }
  return response;
}

/** What the state says of a machine that was rebuilt is of another one. */
const lookedAtAnew: Change = {
  path: "host",
  kind: "update",
  touchesHost: true,
};

function hostNameOf({ host }: PropertyMap): string {
  const name = isRecord(host) ? reveal(host["name"]) : undefined;
  return typeof name === "string" ? name : "";
}

/**
 * How the engine shows a change. During a refresh, drift is what was seen: before and now, both in the outputs. In a
 * plan it is what is put back: equal inputs have no difference of their own to show.
 */
function propertyDiff(
  change: Change,
  isRefresh: boolean,
): provider_pb.PropertyDiff {
  const { Kind } = provider_pb.PropertyDiff;
  const kinds = {
    add: Kind.ADD,
    update: Kind.UPDATE,
    delete: Kind.DELETE,
    replace: Kind.UPDATE_REPLACE,
  };
  const difference = new provider_pb.PropertyDiff();
  const isPutBack = change.drifted !== undefined && !isRefresh;
  difference.setKind(isPutBack ? Kind.ADD : kinds[change.kind]);
  difference.setInputdiff(!(change.drifted !== undefined && isRefresh));
  return difference;
}
