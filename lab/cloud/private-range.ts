import ipaddr from "ipaddr.js";
import { z } from "zod";

/** A range of private IPv4 addresses, from its first address on. */
export const privateRange = z
  .string()
  .refine(
    isPrivateRange,
    "must be a private range such as 10.0.0.0/16, from its first address on",
  );

/** Whether all of one range lies in another. */
export function contains(range: string, inner: string): boolean {
  const [address, prefix] = ipaddr.IPv4.parseCIDR(inner);
  const outer = ipaddr.IPv4.parseCIDR(range);
  return prefix >= outer[1] && address.match(outer);
}

/** Whether an address lies in a range, and is neither its first nor its last. */
export function isHostOf(range: string, address: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return false;
  return (
    ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(range)) &&
    address !== firstOf(range) &&
    address !== lastOf(range)
  );
}

/** The lowest address of a range that nobody has; undefined when there is none. */
export function freeAddress(
  range: string,
  taken: ReadonlySet<string>,
): string | undefined {
  const first = toNumber(firstOf(range)) + 1;
  const last = toNumber(lastOf(range)) - 1;
  for (let number = first; number <= last; number++) {
    const address = toAddress(number);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

/** The address that is so many after a range's first. */
export function addressAt(range: string, count: number): string {
  return toAddress(toNumber(firstOf(range)) + count);
}

/** Length of a range's prefix. */
export function prefixOf(range: string): number {
  return ipaddr.IPv4.parseCIDR(range)[1];
}

function firstOf(range: string): string {
  return ipaddr.IPv4.networkAddressFromCIDR(range).toString();
}

function lastOf(range: string): string {
  return ipaddr.IPv4.broadcastAddressFromCIDR(range).toString();
}

function isPrivateRange(text: string): boolean {
  if (!ipaddr.IPv4.isValidCIDR(text)) return false;
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
  return (
    prefix >= 8 &&
    prefix <= 29 &&
    address.range() === "private" &&
    firstOf(text) === address.toString()
  );
}

function toNumber(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce(
    (sum, octet) => sum * 256 + octet,
    0,
  );
}

function toAddress(number: number): string {
  return [24, 16, 8, 0]
    .map((shift) => Math.floor(number / 2 ** shift) % 256)
    .join(".");
}
