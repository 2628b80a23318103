import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  encode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { markSecrets, stateOf } from "./outputs.ts";
import {
  findResource,
  type BridgedPlugin,
  type KnownResource,
} from "./plugin.ts";

/** Read: the value exists in the state only, so a refresh gives it back; without a state it is an import. */
export async function read(
  plugin: BridgedPlugin,
  request: provider_pb.ReadRequest,
): Promise<provider_pb.ReadResponse> {
  const known = findResource(plugin, request.getType());
  const state = reveal(decode(request.getProperties())) as PropertyMap;
  if (Object.keys(state).length === 0) {
    return adopt(plugin, known, request.getId());
  }
  const inputs = reveal(decode(request.getInputs())) as PropertyMap;
  return new provider_pb.ReadResponse()
    .setId(request.getId())
    .setInputs(encode(inputs))
    .setProperties(encode(markSecrets(known.schema.properties, state)));
}

async function adopt(
  { schema, resources }: BridgedPlugin,
  known: KnownResource,
  id: string,
): Promise<provider_pb.ReadResponse> {
  const { adopt, withDefaults } = known.resource;
  if (!adopt) {
    throw new Error(
      `this stand-in for the ${schema.name} plugin imports ${importable(resources)}: import with the official plugin`,
    );
  }
  const adopted = await adopt(id);
  const { inputs } = adopted;
  return new provider_pb.ReadResponse()
    .setId(adopted.id)
    .setInputs(encode(inputs))
    .setProperties(encode(stateOf(known, withDefaults(inputs), adopted)));
}

function importable(resources: BridgedPlugin["resources"]): string {
  const names = Object.keys(resources).filter((name) => resources[name]?.adopt);
  return names.length > 0 ? `only ${names.join(" and ")}` : "nothing";
}
