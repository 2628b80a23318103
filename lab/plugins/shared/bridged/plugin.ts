import type { Resource } from "./resource.ts";
import type { PluginSchema, ResourceSchema } from "./schema.ts";

/** A plugin of the kind that wraps a Terraform provider: what all of those have in common is in this folder. */
export interface BridgedPlugin {
  readonly schema: PluginSchema;
  /** The resources that the stand-in has, by their short names. */
  readonly resources: Readonly<Record<string, Resource>>;
}

/** A resource with its schema. */
export interface KnownResource {
  readonly resource: Resource;
  readonly schema: ResourceSchema;
}

/** The resource of a type token, `random:index/randomPet:RandomPet`. */
export function findResource(
  { schema, resources }: BridgedPlugin,
  token: string,
): KnownResource {
  const found = schema.resources[token];
  const resource = resources[token.split(":").at(-1) ?? ""];
  if (found && resource) return { resource, schema: found };
  throw new Error(
    `unknown resource type ${token}: this stand-in for the ${schema.name} plugin has ${Object.keys(resources).join(", ")}`,
  );
}
