/** What `observed` says of a gate that holds. */
export const HOLDS = "holds";

/** Where `observed` has a gate; items have keys of other kinds. */
export function gateKey(name: string): string {
  return `gate:${name}`;
}
