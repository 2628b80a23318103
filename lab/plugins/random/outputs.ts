import { Secret, type PropertyMap } from "../../../provider/server/property.ts";
import type { Generated } from "./resource.ts";
import type { KnownResource } from "./resources.ts";

/** What the state keeps of a resource, with the secret outputs marked. */
export function stateOf(
  { resource, schema }: KnownResource,
  inputs: PropertyMap,
  { id, outputs }: Generated,
): PropertyMap {
  const { schemaVersion } = resource;
  return {
    ...inputs,
    ...markSecrets(schema.properties, outputs),
    ...((resource.hasIdOutput ?? true) ? { id } : {}),
    ...(schemaVersion
      ? { __meta: JSON.stringify({ schema_version: schemaVersion }) }
      : {}),
  };
}

/** Marks the values of secret properties. */
export function markSecrets(
  properties: KnownResource["schema"]["properties"],
  values: PropertyMap,
): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      properties[key]?.secret ? new Secret(value) : value,
    ]),
  );
}
