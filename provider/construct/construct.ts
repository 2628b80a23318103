import type {
  ComponentResource,
  ComponentResourceOptions,
  Inputs,
} from "@pulumi/pulumi";
import type { ConstructResult } from "@pulumi/pulumi/provider/index.js";
import {
  Host,
  type HostArgs,
  Nginx,
  type NginxArgs,
  StaticSite,
  type StaticSiteArgs,
} from "../../components/index.ts";
import { whatWasLeft } from "../../components/dependents.ts";
import { components } from "../schema/components.ts";
import { parseArguments } from "./arguments.ts";
import { settled } from "./known.ts";

/** Makes the component of a type from arguments that its schema allows. */
type Maker = (
  name: string,
  args: unknown,
  opts: ComponentResourceOptions,
) => ComponentResource;

// The schema is made from the arguments' own types, so what it allows is one of them.
const makers: Readonly<Record<keyof typeof components, Maker>> = {
  "flotilla:index:Host": (name, args, opts) =>
    new Host(name, args as HostArgs, opts),
  "flotilla:index:Nginx": (name, args, opts) =>
    new Nginx(name, args as NginxArgs, opts),
  "flotilla:index:StaticSite": (name, args, opts) =>
    new StaticSite(name, args as StaticSiteArgs, opts),
};

/** Makes a component for a program in another language. */
export async function construct(
  name: string,
  type: string,
  inputs: Inputs,
  opts: ComponentResourceOptions,
): Promise<ConstructResult> {
  if (!isComponent(type)) throw new Error(`unknown component ${type}`);
  const { properties } = components[type];
  const args = await parseArguments(type, inputs);
  const component = makers[type](name, args, opts);
  const state = outputsOf(component, Object.keys(properties));
  await madeWhole(state);
  return { urn: component.urn, state };
}

function outputsOf(component: object, names: readonly string[]): Inputs {
  const fields = component as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}

/** Resolves when nothing of the component failed: what depends on it may begin. */
async function madeWhole(state: Inputs): Promise<void> {
  try {
    await settled(state);
  } catch (error) {
    const left = whatWasLeft(error);
    throw left === undefined ? error : new Error(left, { cause: error });
  }
}

function isComponent(type: string): type is keyof typeof components {
  return type in components;
}
