import type { Labels } from "./maker.ts";

/** A stack, as it appears in names at providers: lower-case letters, digits and `-`. */
export function stackLabel(stack: string): string {
  return stack
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/** The name of a host's machine: the same for the same stack, host and generation, and a host name (63 letters at most). */
export function machineName(
  stack: string,
  host: string,
  generation: string,
): string {
  const suffix = generation === "1" ? "" : `-${generation}`;
  const name = `${stackLabel(stack)}-${host}${suffix}`;
  return name.length <= 63 ? name : `${host}${suffix}`.slice(0, 63);
}

/** The label that all machines of a stack carry. */
export function stackLabels(stack: string): Labels {
  return { "flotilla-stack": stackLabel(stack) };
}

/** The labels of one host's machines. */
export function hostLabels(stack: string, host: string): Labels {
  return { ...stackLabels(stack), "flotilla-host": host };
}
