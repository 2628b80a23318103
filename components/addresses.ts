import * as pulumi from "@pulumi/pulumi";
import type { GateArgs } from "../manifest/gates.ts";
import { isAddress } from "./config/address.ts";

/** An address or range: as the configuration has it, or of a machine that is yet to be made. */
export type Address = pulumi.Input<string>;

/** A gate that may look at such an address. */
export type PlannedGate = WithAddress<GateArgs>;

type WithAddress<Gate> = Gate extends { address?: string | undefined }
  ? Omit<Gate, "address"> & { readonly address?: Address | undefined }
  : Gate;

/** Each address once: what is known in order, what is yet to be known behind it. */
export function uniqueAddresses(addresses: readonly Address[]): Address[] {
  const all = [...new Set(addresses)];
  const known = all.filter((one) => typeof one === "string");
  const unknown = all.filter((one) => typeof one !== "string");
  return [...known.sort(), ...unknown];
}

/** An address as the range that holds it alone; a range as it is. */
export function asRange(address: string): string {
  if (address.includes("/")) return address;
  return `${address}/${address.includes(":") ? "128" : "32"}`;
}

/** Whether it can be listened on: a name cannot, and a machine that is yet to be made has an address. */
export function canBeListenedOn(address: Address): boolean {
  return typeof address !== "string" || isAddress(address);
}

/** A text made of addresses, in their order: at once where all are known. */
export function withAddresses(
  addresses: readonly Address[],
  render: (addresses: readonly string[]) => string,
): pulumi.Input<string> {
  const known = addresses.filter((one) => typeof one === "string");
  if (known.length === addresses.length) return render(known.sort());
  return pulumi.all([...addresses]).apply((all) => render(all.sort()));
}
