import { bytes, id } from "./bytes.ts";
import { integer } from "./integer.ts";
import { password, string } from "./password.ts";
import { pet } from "./pet.ts";
import { resourceSchemas, type ResourceSchema } from "./schema.ts";
import type { Resource } from "./resource.ts";

const resources: Readonly<Record<string, Resource>> = {
  RandomBytes: bytes,
  RandomId: id,
  RandomInteger: integer,
  RandomPassword: password,
  RandomPet: pet,
  RandomString: string,
};

/** A resource with its schema. */
export interface KnownResource {
  readonly resource: Resource;
  readonly schema: ResourceSchema;
}

/** The resource of a type token, `random:index/randomPet:RandomPet`. */
export function findResource(token: string): KnownResource {
  const schema = resourceSchemas[token];
  const resource = resources[token.split(":").at(-1) ?? ""];
  if (schema && resource) return { resource, schema };
  throw new Error(
    `unknown resource type ${token}: this stand-in for the random plugin has ${Object.keys(resources).join(", ")}`,
  );
}
