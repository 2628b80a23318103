import { isDeepStrictEqual } from "node:util";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { computedOf } from "./outputs.ts";
import { findResource, type BridgedPlugin } from "./plugin.ts";
import { coerceInputs } from "./schema.ts";

const { DiffChanges } = provider_pb.DiffResponse;

/** Diff: a value cannot be changed, so every changed input replaces it. */
export function diff(
  plugin: BridgedPlugin,
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const known = findResource(plugin, request.getType());
  const { resource, schema } = known;
  const settle = (struct: ReturnType<typeof request.getNews>) =>
    resource.withDefaults(
      coerceInputs(schema, reveal(decode(struct)) as PropertyMap),
    );
  const [before, after] = [
    settle(request.getOlds()),
    settle(request.getNews()),
  ];
  const ignored = new Set(request.getIgnorechangesList());
  const changed = Object.keys(schema.inputProperties).filter(
    (key) => !ignored.has(key) && !isDeepStrictEqual(before[key], after[key]),
  );
  return new provider_pb.DiffResponse()
    .setChanges(
      changed.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE,
    )
    .setDiffsList(
      changed.length > 0 && resource.diffsNameComputed
        ? [...changed, ...computedOf(known)].sort()
        : changed,
    )
    .setReplacesList(changed);
}
