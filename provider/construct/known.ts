import { InputPropertyError, output } from "@pulumi/pulumi";

/** The value of an argument that must be known when the component is made, also in a preview. */
export async function known(name: string, value: unknown): Promise<unknown> {
  const wrapped = output(value) as ReturnType<typeof output> & {
    readonly isKnown: Promise<boolean>;
    promise(): Promise<unknown>;
  };
  if (await wrapped.isKnown) return wrapped.promise();
  throw new InputPropertyError({
    propertyPath: name,
    reason:
      "decides what is made, so it must be known before the update: write the value itself",
  });
}
