import { InputPropertyError, output } from "@pulumi/pulumi";

/** What every output of the SDK can do, beyond what it tells of itself. */
interface Awaitable {
  readonly isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}

/** The value of an argument that must be known when the component is made, also in a preview. */
export async function known(name: string, value: unknown): Promise<unknown> {
  const awaitable = awaitableOf(value);
  if (await awaitable.isKnown) return awaitable.promise();
  throw new InputPropertyError({
    propertyPath: name,
    reason:
      "decides what is made, so it must be known before the update: write the value itself",
  });
}

/** Resolves when everything in a value is there, or will only be known later; fails as what it comes from. */
export async function settled(value: unknown): Promise<void> {
  await awaitableOf(value).promise();
}

function awaitableOf(value: unknown): Awaitable {
  return output(value);
}
