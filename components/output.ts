import * as pulumi from "@pulumi/pulumi";

/**
 * The output, or nothing when the resource behind it failed. Where an update goes on after an error, an output that
 * is only shown must not end the program: the other hosts still have their turn.
 */
export function shown<T>(
  output: pulumi.Output<T>,
): pulumi.Output<T | undefined> {
  return pulumi.recover<T | undefined>(output, () => undefined);
}
