import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";

/** A property by its path, and what becomes of it. */
export type Difference = readonly [
  path: string,
  kind: provider_pb.PropertyDiff.Kind,
];

/** Says how inputs differ; of a resource whose outputs never drift. */
export function diffResponse(
  differences: readonly Difference[],
): provider_pb.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = provider_pb.DiffResponse.DiffChanges;
  const { UPDATE_REPLACE } = provider_pb.PropertyDiff.Kind;
  const response = new provider_pb.DiffResponse();
  response.setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  for (const [path, kind] of differences) {
    const difference = new provider_pb.PropertyDiff();
    response.addDiffs(path.split("[")[0] ?? path);
    if (kind === UPDATE_REPLACE) response.addReplaces(path);
    response
      .getDetaileddiffMap()
      .set(path, difference.setKind(kind).setInputdiff(true));
  }
  return response;
}
