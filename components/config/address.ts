import ipaddr from "ipaddr.js";
import { domainNameFault } from "./name.ts";
import {
  controlFault,
  noPlaceholder,
  placeholderFault,
  text,
  type Fault,
} from "./text.ts";

const documentation = [
  "192.0.2.0/24",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "2001:db8::/32",
  "3fff::/20",
];

const kinds: Partial<Record<string, string>> = {
  unspecified: "the unspecified address",
  broadcast: "the broadcast address",
  multicast: "a multicast address",
  linkLocal: "a link-local address",
};

/** True for an IPv4 or IPv6 address in its usual form. */
export function isAddress(value: string): boolean {
  return isIpv4(value) || ipaddr.IPv6.isValid(value);
}

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(value: string): boolean {
  if (!isAddress(value)) return value.toLowerCase() === "localhost";
  return ipaddr.process(value).range() === "loopback";
}

/** True when `address` lies in `range`, a CIDR range or a single address. */
export function isInRange(address: string, range: string): boolean {
  if (!isAddress(address)) return false;
  const [network = "", prefix] = range.split("/");
  if (!isAddress(network)) return false;
  const given = ipaddr.process(address);
  const base = ipaddr.process(network);
  if (given.kind() !== base.kind()) return false;
  const bits = prefix ?? (base.kind() === "ipv4" ? "32" : "128");
  return given.match(base, Number(bits));
}

/** One spelling per address, so that two spellings of one are seen as equal. */
export function canonicalAddress(value: string): string {
  return isAddress(value)
    ? ipaddr.process(value).toString()
    : value.toLowerCase();
}

function hostAddressFault(value: string): Fault | undefined {
  const plain = controlFault(value) ?? placeholderFault(value);
  if (plain) return plain;
  if (isAddress(value)) return rangeFault(value);
  if (/[/@]/.test(value)) {
    return {
      rule: "must be an address or a name alone",
      hint: "leave out scheme, user and path; user and port have their own keys",
    };
  }
  if (/^[\d.]*$|:/.test(value)) {
    return {
      rule: "is neither an IPv4 nor an IPv6 address",
      hint: 'write it like "10.0.0.5" or "2a01:4f8::5", without a port',
    };
  }
  return domainNameFault(value);
}

function rangeFault(value: string): Fault | undefined {
  if (documentation.some((range) => isInRange(value, range))) {
    return {
      rule: "is an address for documentation, no machine has it",
      hint: "put the address of your machine there",
    };
  }
  const kind = kinds[ipaddr.process(value).range()];
  if (kind === undefined) return undefined;
  return {
    rule: `is ${kind}, no host can be reached there`,
    hint: "put the address of your machine there",
  };
}

/** The address or name under which a host is reached. */
export const hostAddress = text(hostAddressFault, {
  pattern: "^[A-Za-z0-9.:%-]+$",
  not: {
    pattern: `${noPlaceholder.pattern}|^(0\\.0\\.0\\.0|255\\.255\\.255\\.255|::)$`,
  },
});

/** For editors: what an IPv4 or IPv6 address is made of. */
export const ipAddress = "^[0-9A-Fa-f:.]+(%[0-9A-Za-z]+)?$";

/** An address that a service can listen on. */
export const listenAddress = text(
  (value) =>
    isAddress(value)
      ? rangeFault(value)
      : {
          rule: "must be an IPv4 or IPv6 address",
          hint: 'write it like "10.0.0.5"',
        },
  { pattern: ipAddress },
);

/** Finds what is wrong with an address or a CIDR range as a source of traffic. */
export function rangeOfSourcesFault(value: string): Fault | undefined {
  const [network = "", prefix, ...rest] = value.split("/");
  if (!isAddress(network) || rest.length > 0) {
    return {
      rule: "is neither an address nor a CIDR range",
      hint: 'write it like "10.0.0.0/24" or "10.0.0.5"',
    };
  }
  if (prefix === undefined) return undefined;
  const most = isIpv4(network) ? 32 : 128;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most) {
    return {
      rule: `has the prefix length ${JSON.stringify(prefix)}, which must be from 0 to ${most}`,
      hint: `write it like "${network}/${most}"`,
    };
  }
  const base = networkOf(network, Number(prefix));
  if (isInRange(network, `${base}/${most}`)) return undefined;
  return {
    rule: "has bits set after its prefix",
    hint: `write "${base}/${prefix}" for the range, or "${network}" for one address`,
  };
}

function networkOf(network: string, prefix: number): string {
  const parser = isIpv4(network) ? ipaddr.IPv4 : ipaddr.IPv6;
  return parser.networkAddressFromCIDR(`${network}/${prefix}`).toString();
}

function isIpv4(value: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(value);
}
