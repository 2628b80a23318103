import {
  decode,
  encode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { findResource, type BridgedPlugin } from "./plugin.ts";
import { coerceInputs } from "./schema.ts";

const configurationKeys = new Set(["version", "pluginDownloadURL"]);

/** CheckConfig: the configuration as it came; nothing here needs one. */
export function checkConfig(
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const inputs = plain(request);
  const unknown = Object.keys(inputs).filter(
    (key) => !configurationKeys.has(key),
  );
  return answer(
    inputs,
    unknown.map(
      (key) =>
        `could not validate provider configuration: Invalid or unknown key. Examine values at 'prov.${key}'.`,
    ),
  );
}

/** Check: the inputs as they came, without secret marks, and what is wrong with them. */
export function check(
  plugin: BridgedPlugin,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const { resource, schema } = findResource(plugin, request.getType());
  const inputs = plain(request);
  const missing = (schema.requiredInputs ?? []).filter(
    (key) => inputs[key] === undefined || inputs[key] === null,
  );
  const missingReasons = missing.map(
    (key) =>
      `Missing required property '${key}': ${schema.inputProperties[key]?.description ?? ""}`,
  );
  const problems = resource.problems?.(coerceInputs(schema, inputs)) ?? [];
  const reasons = problems.map(
    ({ property, reason }) =>
      `${reason} Examine values at '${request.getName()}.${property}'.`,
  );
  return answer(inputs, [...missingReasons, ...reasons]);
}

function plain(request: provider_pb.CheckRequest): PropertyMap {
  return reveal(decode(request.getNews())) as PropertyMap;
}

function answer(
  inputs: PropertyMap,
  reasons: readonly string[],
): provider_pb.CheckResponse {
  const failures = reasons.map((reason) =>
    new provider_pb.CheckFailure().setReason(reason),
  );
  return new provider_pb.CheckResponse()
    .setInputs(encode(inputs))
    .setFailuresList(failures);
}
