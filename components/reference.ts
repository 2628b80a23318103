import type { ComponentResourceOptions } from "@pulumi/pulumi";

/**
 * Whether a component is only referred to, by its URN: it was made by an earlier call or another program, and nothing
 * of it is made again. What depends on it waits for all of it.
 */
export function isReference(
  opts: ComponentResourceOptions | undefined,
): boolean {
  return opts?.urn !== undefined;
}
