import type { PropertyMap } from "../../../../provider/server/property.ts";
import type { ManagedResource } from "./resource.ts";
import {
  shapeOf,
  type ManagedResourceSchema,
  type ManagedSchema,
  type Shape,
} from "./schema.ts";

/** A function of a plugin: arguments in, result out. */
export type ManagedFunction<Api> = (
  api: Api,
  args: PropertyMap,
) => Promise<PropertyMap>;

/** A plugin for what an API keeps. */
export interface ManagedPlugin<Api> {
  readonly schema: ManagedSchema;
  /** The resources that the stand-in has, by their short names. */
  readonly resources: Readonly<Record<string, ManagedResource<Api>>>;
  /** The functions that it has, by their short names. */
  readonly functions: Readonly<Record<string, ManagedFunction<Api>>>;
  /** What is wrong with the configuration, as sentences. */
  readonly configurationProblems?: (
    configuration: PropertyMap,
  ) => readonly string[];
  /** Whether an answer about a configuration with problems repeats it. @default true */
  readonly repeatsWrongConfiguration?: boolean;
  /** How to speak with the API; nothing is asked of it yet. */
  readonly connect: (configuration: PropertyMap) => Api;
  /** How the official plugin words an error of its API in a resource of this style. */
  readonly describe: (error: unknown, style: "sdk" | "framework") => Described;
}

/** An error in the official plugin's words. */
export interface Described {
  readonly message: string;
  /** What it is about; only the newer style has one. */
  readonly title?: string;
}

/** A resource with its schema. */
export interface Known<Api> {
  readonly token: string;
  readonly resource: ManagedResource<Api>;
  readonly schema: ManagedResourceSchema;
  /** The shape of each input and output. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The resource of a type token, `hcloud:index/server:Server`. */
export function findManaged<Api>(
  { schema, resources }: ManagedPlugin<Api>,
  token: string,
): Known<Api> {
  const found = schema.resources[token];
  const resource = resources[token.split(":").at(-1) ?? ""];
  if (!found || !resource) {
    throw new Error(
      `unknown resource type ${token}: this stand-in for the ${schema.name} plugin has ${Object.keys(resources).join(", ")}`,
    );
  }
  const properties = { ...found.properties, ...found.inputProperties };
  const shapes = Object.entries(properties).map(
    ([key, property]): [string, Shape] => [
      key,
      shapeOf(schema.types, property),
    ],
  );
  return { token, resource, schema: found, shapes: Object.fromEntries(shapes) };
}

/** Whether the resource is of the newer kind, which has no null outputs and no detailed differences. */
export function isFramework<Api>({ resource }: Known<Api>): boolean {
  return resource.style === "framework";
}
