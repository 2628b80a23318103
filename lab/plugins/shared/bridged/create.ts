import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Engine } from "../../../../provider/server/engine.ts";
import {
  decode,
  encode,
  reveal,
  UNKNOWN,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { computedOf, stateOf } from "./outputs.ts";
import { ResourceProblem, type Generated } from "./resource.ts";
import {
  findResource,
  type BridgedPlugin,
  type KnownResource,
} from "./plugin.ts";
import { coerceInputs } from "./schema.ts";

/** Create: makes the value; in a preview, says which outputs will come. */
export async function create(
  { plugin, engine }: { plugin: BridgedPlugin; engine: Engine },
  request: provider_pb.CreateRequest,
): Promise<provider_pb.CreateResponse> {
  const known = findResource(plugin, request.getType());
  const raw = reveal(decode(request.getProperties())) as PropertyMap;
  const inputs = known.resource.withDefaults(coerceInputs(known.schema, raw));
  if (request.getPreview()) {
    return new provider_pb.CreateResponse().setProperties(
      encode(previewOf(known, inputs)),
    );
  }
  const generated = await generate(known, inputs).catch(
    failed(engine, request.getUrn()),
  );
  return new provider_pb.CreateResponse()
    .setId(generated.id)
    .setProperties(encode(stateOf(known, inputs, generated)));
}

async function generate(
  { resource }: KnownResource,
  inputs: PropertyMap,
): Promise<Generated> {
  return resource.generate(inputs);
}

function previewOf(
  { resource, schema }: KnownResource,
  inputs: PropertyMap,
): PropertyMap {
  const unknowns = computedOf({ resource, schema }).map(
    (key): [string, unknown] => [key, UNKNOWN],
  );
  return { ...inputs, ...Object.fromEntries(unknowns) };
}

function failed(engine: Engine, urn: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ResourceProblem)) throw error;
    const { title, message } = error;
    engine.logOf(urn).say("error", `[ERROR] ${message}: ${title}`);
    throw new Error(`${title}: ${message}`, { cause: error });
  };
}
