import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { differences, type Difference } from "./differences.ts";
import { findManaged, isFramework, type Known } from "./plugin.ts";
import { typedInputs } from "./plan.ts";
import type { Session } from "./session.ts";

const { DiffChanges } = provider_pb.DiffResponse;
const { Kind } = provider_pb.PropertyDiff;

const meta = { key: "__meta", path: "__meta", kind: "UPDATE" } as const;

/** Diff: where the inputs differ from the state, and whether that can be changed in place. */
export function diff<Api>(
  session: Session<Api>,
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const known = findManaged(session.plugin, request.getType());
  const before = reveal(decode(request.getOlds())) as PropertyMap;
  const raw = reveal(decode(request.getNews())) as PropertyMap;
  session.refuse(known, typedInputs(known, raw), request.getUrn());
  const found = differencesToTell(known, before, raw).filter(
    ({ path }) => !isIgnored(path, request.getIgnorechangesList()),
  );
  return isFramework(known)
    ? tellNames(known, found)
    : tellPaths(known, found, raw);
}

function differencesToTell<Api>(
  known: Known<Api>,
  before: PropertyMap,
  raw: PropertyMap,
): Difference[] {
  const inputs = typedInputs(known, raw);
  const found = differences(known, before, inputs);
  const isMore = known.resource.replacesFor?.(before, inputs) ?? false;
  return isMore ? [meta, ...found] : found;
}

function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some(
    (one) =>
      path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`),
  );
}

/** Inputs whose change replaces the resource. */
function replacing<Api>({ schema, resource }: Known<Api>): string[] {
  const marked = Object.entries(schema.inputProperties)
    .filter(([, { willReplaceOnChanges }]) => willReplaceOnChanges)
    .map(([key]) => key);
  return [...marked, ...(resource.replaces ?? []), meta.key];
}

function tellNames<Api>(
  known: Known<Api>,
  found: readonly Difference[],
): provider_pb.DiffResponse {
  const changed = unique(found.map(({ key }) => key));
  const beside = changed.length > 0 ? known.resource.toldBeside : undefined;
  const always = replacing(known);
  return start(found)
    .setDiffsList(unique([...changed, ...(beside ?? [])]))
    .setReplacesList(changed.filter((key) => always.includes(key)));
}

function tellPaths<Api>(
  known: Known<Api>,
  found: readonly Difference[],
  raw: PropertyMap,
): provider_pb.DiffResponse {
  const always = replacing(known);
  const changed = unique(found.map(({ key }) => key));
  const replaces = changed.filter((key) => always.includes(key));
  const isSame = (key: string) => key !== meta.key && !changed.includes(key);
  const stable = (known.resource.unstable ?? []).reduce<string[]>(
    (keys, removed) => keys.filter((key) => key !== removed),
    always.filter(isSame),
  );
  const response = start(found)
    .setDiffsList(changed)
    .setReplacesList(replaces)
    .setStablesList(stable.toSorted())
    .setDeletebeforereplace(replaces.length > 0 && isNamedByUser(known, raw))
    .setHasdetaileddiff(true);
  for (const { key, path, kind } of found) {
    const isReplacing = always.includes(key);
    response
      .getDetaileddiffMap()
      .set(
        path,
        new provider_pb.PropertyDiff().setKind(
          Kind[isReplacing ? (`${kind}_REPLACE` as const) : kind],
        ),
      );
  }
  return response;
}

function start(found: readonly Difference[]): provider_pb.DiffResponse {
  return new provider_pb.DiffResponse().setChanges(
    found.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE,
  );
}

/** Two of one name cannot be there together. */
function isNamedByUser<Api>(
  { resource }: Known<Api>,
  raw: PropertyMap,
): boolean {
  const filled = raw["__defaults"];
  return (
    (resource.isAutonamed ?? false) &&
    !(Array.isArray(filled) && filled.includes("name"))
  );
}

function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)].toSorted();
}
