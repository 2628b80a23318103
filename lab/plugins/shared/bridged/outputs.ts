import {
  Secret,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import type { Generated } from "./resource.ts";
import type { KnownResource } from "./plugin.ts";

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

/** Names of the outputs that no input gives. */
export function computedOf({ resource, schema }: KnownResource): string[] {
  const computed = Object.keys(schema.properties).filter(
    (key) => !(key in schema.inputProperties),
  );
  return (resource.hasIdOutput ?? true) ? [...computed, "id"] : computed;
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
