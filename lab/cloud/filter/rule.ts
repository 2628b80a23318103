import ipaddr from "ipaddr.js";
import { z } from "zod";

/** A range of addresses in CIDR form, IPv4 or IPv6, that begins at its first address. */
export const networkRange = z
  .string()
  .refine(isNetwork, "must be a range such as 10.0.0.0/16 or ::/0");

/** One address, or a range of them. */
export const addressOrRange = z
  .string()
  .refine(
    (text) => ipaddr.isValid(text) || isNetwork(text),
    "must be an address, or a range such as 10.0.0.0/16 or ::/0",
  );

/** A port, or a first and a last one: `80`, `8000-8100`. */
export const portRange = z
  .string()
  .refine(isPortRange, "must be a port or a range of ports, as in 80 or 80-85");

/** One thing that a filter lets through. */
export interface FilterRule {
  readonly protocol: "tcp" | "udp" | "icmp" | "esp" | "gre";
  /** First and last port. @default - all */
  readonly ports?: readonly [number, number];
  /** Where it comes from, or goes to. */
  readonly ranges: readonly string[];
}

/** An address on one private network: another network may have it too. */
export interface PrivateAddress {
  readonly ip: string;
  readonly wire: number;
}

/** What stands in front of one host. */
export interface HostFilter {
  readonly host: string;
  /** The host's public addresses, IPv4 or IPv6, or ranges of them. */
  readonly addresses: readonly string[];
  /** Those on private networks that are filtered too. @default - none are */
  readonly privateAddresses?: readonly PrivateAddress[];
  readonly inbound: readonly FilterRule[];
  /** @default - everything */
  readonly outbound?: readonly FilterRule[];
}

/** First and last of a range that was checked. */
export function parsePorts(text: string): readonly [number, number] {
  const [first = "", last = first] = text.split("-");
  return [Number(first), Number(last)];
}

/** Whether a range is one of IPv6. */
export function isIpv6(range: string): boolean {
  return range.includes(":");
}

function isPortRange(text: string): boolean {
  if (!/^\d{1,5}(-\d{1,5})?$/.test(text)) return false;
  const [first, last] = parsePorts(text);
  return first >= 1 && first <= last && last <= 65_535;
}

function isNetwork(text: string): boolean {
  if (!ipaddr.isValidCIDR(text)) return false;
  const [address] = ipaddr.parseCIDR(text);
  const network = isIpv6(text)
    ? ipaddr.IPv6.networkAddressFromCIDR(text)
    : ipaddr.IPv4.networkAddressFromCIDR(text);
  return network.toNormalizedString() === address.toNormalizedString();
}
