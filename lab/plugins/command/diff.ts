import { isDeepStrictEqual } from "node:util";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  isRecord,
  UNKNOWN,
  type PropertyMap,
} from "../../../provider/server/property.ts";

const { DiffChanges } = provider_pb.DiffResponse;
const { Kind } = provider_pb.PropertyDiff;

/** What happened at one path of the inputs. */
type Change = "ADD" | "DELETE" | "UPDATE";

/** Diff: every changed input is an update; only triggers that come, go or are not known replace. */
export function diff(
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const before = decode(request.getOldInputs() ?? request.getOlds());
  const after = decode(request.getNews());
  const ignored = request.getIgnorechangesList();
  const changed = changesBetween(before, after).filter(
    ([path]) => !ignored.includes(rootOf(path)),
  );
  const response = new provider_pb.DiffResponse()
    .setChanges(
      changed.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE,
    )
    .setDiffsList([...new Set(changed.map(([path]) => rootOf(path)))])
    .setReplacesList(
      changed.map(([path]) => path).filter((path) => path === "triggers"),
    )
    .setHasdetaileddiff(true);
  for (const [path, change] of changed) {
    const kind = path === "triggers" ? `${change}_REPLACE` : change;
    const one = new provider_pb.PropertyDiff().setKind(
      Kind[kind as keyof typeof Kind],
    );
    response.getDetaileddiffMap().set(path, one);
  }
  return response;
}

/** Paths that differ, as deep as both sides are objects or lists. */
export function changesBetween(
  before: PropertyMap,
  after: PropertyMap,
): [string, Change][] {
  return differences("", before, after);
}

function differences(
  path: string,
  before: unknown,
  after: unknown,
): [string, Change][] {
  if (before === undefined) return after === undefined ? [] : [[path, "ADD"]];
  if (after === undefined) return [[path, "DELETE"]];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      differences(`${path}[${index}]`, before[index], after[index]),
    ).flat();
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      differences(path ? `${path}.${key}` : key, before[key], after[key]),
    );
  }
  const isSame = after !== UNKNOWN && isDeepStrictEqual(before, after);
  return isSame ? [] : [[path, "UPDATE"]];
}

function rootOf(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}
