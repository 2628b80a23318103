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

/** The provider's numbers of all resources of a type in the state of the stack, as the engine has written it down. */
export async function idsInState(type: string): Promise<ReadonlySet<string>> {
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
  return new Set(
    all.flatMap((one) =>
      one.type === type && one.outputs?.id !== undefined
        ? [one.outputs.id]
        : [],
    ),
  );
}
