import { InputPropertiesError, type Inputs } from "@pulumi/pulumi";
import { components } from "../schema/components.ts";
import { known } from "./known.ts";
import { referredHost, referredNginx } from "./references.ts";

/** What the schema says of one argument. */
interface Spec {
  readonly $ref?: string;
  readonly type?: string;
  readonly plain?: boolean;
}

/**
 * The arguments of a component as its class takes them: references are components again, and what
 * decides which resources exist is a plain value.
 */
export async function parseArguments(
  type: keyof typeof components,
  inputs: Inputs,
): Promise<Inputs> {
  const { inputProperties, requiredInputs } = components[type];
  const specs: Readonly<Record<string, Spec>> = inputProperties;
  const errors = [
    ...missing(requiredInputs, inputs),
    ...unknown(Object.keys(specs), inputs),
  ];
  if (errors.length > 0) {
    throw new InputPropertiesError({ message: type, errors });
  }
  const parsed = Object.entries(inputs).map(async ([name, value]) => [
    name,
    await parseArgument(name, specs[name] ?? {}, value),
  ]);
  return Object.fromEntries(await Promise.all(parsed)) as Inputs;
}

function missing(required: readonly string[], inputs: Inputs) {
  return required
    .filter((name) => inputs[name] === undefined)
    .map((propertyPath) => ({ propertyPath, reason: "is required" }));
}

function unknown(names: readonly string[], inputs: Inputs) {
  const reason = `is unknown; there are ${names.join(", ")}`;
  return Object.keys(inputs)
    .filter((name) => !names.includes(name))
    .map((propertyPath) => ({ propertyPath, reason }));
}

async function parseArgument(
  name: string,
  { $ref, plain }: Spec,
  value: unknown,
): Promise<unknown> {
  if ($ref?.endsWith(":Host")) return referredHost(await known(name, value));
  if ($ref?.endsWith(":Nginx")) return referredNginx(await known(name, value));
  return plain ? known(name, value) : value;
}
