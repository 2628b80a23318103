import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { pathOf } from "../changes.ts";
import { diffResponse, type Difference } from "../diff-response.ts";
import { decode } from "../property.ts";
import type { Session } from "../session.ts";
import { snapshotChanges, watchOf } from "./changes.ts";

/** Whether a snapshot would be made, and why. One that somebody deleted is no difference, and nothing replaces this. */
export function diff(
  _session: Session,
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const olds = decode(request.getOldInputs());
  const news = decode(request.getNews());
  const { reasons, settings } = snapshotChanges(olds, news);
  const { ADD, UPDATE, DELETE } = provider_pb.PropertyDiff.Kind;
  const kindOf = (key: string) => {
    if (!(key in watchOf(olds))) return ADD;
    return key in watchOf(news) ? UPDATE : DELETE;
  };
  return diffResponse([
    ...settings.map((name): Difference => [name, UPDATE]),
    ...reasons.map((key): Difference => [pathOf("watch", key), kindOf(key)]),
  ]);
}
