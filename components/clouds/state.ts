import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

const resources = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      type: z.string(),
      outputs: z.looseObject({ id: z.string().optional() }).optional(),
    }),
  ),
});

/** Outputs of the resources of a type in the state of the stack, by the provider's number, as the engine has written them down. */
export async function resourcesInState(
  type: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const stackName = [
    pulumi.getOrganization(),
    pulumi.getProject(),
    pulumi.getStack(),
  ].join("/");
  const answer: unknown = await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackResourceOutputs",
    { stackName },
  );
  const all = Object.values(resources.parse(answer).outputs);
  return new Map(
    all.flatMap(({ type: one, outputs }) =>
      one === type && outputs?.id !== undefined
        ? [[outputs.id, outputs] as const]
        : [],
    ),
  );
}
