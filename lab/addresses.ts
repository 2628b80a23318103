import ipaddr from "ipaddr.js";

/** The range of addresses that labs use unless `--range` or `FLOTILLA_LAB_RANGE` says otherwise. */
export const defaultRange = "10.86.0.0/16";

/** The names of a lab's hosts when none are given; they always get the first two addresses. */
export const defaultHosts = ["web-1", "db-1"] as const;

const firstHost = 11;
const lastHost = 254;
const reservedHosts: Readonly<Record<string, number>> = {
  "web-1": 11,
  "db-1": 12,
};
const reservedLabs: Readonly<Record<string, number>> = { dev: 0, test: 1 };

/** An IPv4 range that all labs of a machine share; each lab has a /24 in it. */
export interface Range {
  readonly cidr: string;
  readonly prefix: number;
  /** The bridge: the hosts' gateway and the address of the package cache. */
  readonly gateway: string;
  /** How many labs fit. */
  readonly labs: number;
}

/** Reads a range such as `10.86.0.0/16`; throws with the rule that it breaks. */
export function parseRange(text: string): Range {
  const problem = (rule: string) =>
    new Error(`lab range ${JSON.stringify(text)}: ${rule}`);
  if (!ipaddr.IPv4.isValidCIDR(text))
    throw problem("must be IPv4 in CIDR form, as in 10.86.0.0/16");
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
  if (prefix < 8 || prefix > 22)
    throw problem("must be between /8 and /22 wide: each lab takes a /24");
  if (address.range() !== "private")
    throw problem("must be private (10/8, 172.16/12, 192.168/16)");
  const network = ipaddr.IPv4.networkAddressFromCIDR(text);
  if (network.toString() !== address.toString()) {
    throw problem(
      `must start at its first address, ${network.toString()}/${prefix}`,
    );
  }
  return {
    cidr: text,
    prefix,
    gateway: offset(network, 1),
    labs: Math.min(256, 2 ** (24 - prefix)),
  };
}

/** The address of host `number` in lab `subnet`, as in 10.86.`subnet`.`number`. */
export function hostAddress(
  range: Range,
  subnet: number,
  number: number,
): string {
  return offset(
    ipaddr.IPv4.networkAddressFromCIDR(range.cidr),
    subnet * 256 + number,
  );
}

/** The part of IPv6 that labs use: addresses of this machine and its hosts, known nowhere else. */
export const ipv6Range = "fd5e:91c7::/32";

/** Length of `ipv6Range`'s prefix. */
export const ipv6Prefix = 32;

/** The first address of the /64 that belongs to an IPv4 address, as in `fd5e:91c7:a56:b::`. */
export function ipv6Network(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(address).octets;
  const groups = [a * 256 + b, c * 256 + d];
  return `fd5e:91c7:${groups.map((group) => group.toString(16)).join(":")}::`;
}

/** The IPv4 address that such a /64 belongs to: the way back of `ipv6Network`. */
export function ipv4OfNetwork(network: string): string {
  return ipaddr.IPv6.parse(network).toByteArray().slice(4, 8).join(".");
}

/** The number of a lab's address. */
export function hostNumber(address: string): number {
  return ipaddr.IPv4.parse(address).octets[3] ?? 0;
}

/** The /24 of a lab. */
export function labCidr(range: Range, subnet: number): string {
  return `${hostAddress(range, subnet, 0)}/24`;
}

/** The subnet of a lab: 0 for dev, 1 for test, else the lowest that no other lab has. */
export function planSubnet(
  lab: string,
  taken: Iterable<number>,
  range: Range,
): number {
  const reserved = reservedLabs[lab];
  if (reserved !== undefined) return reserved;
  const used = new Set([...taken, ...Object.values(reservedLabs)]);
  const free = lowestFree(2, range.labs - 1, used);
  if (free === undefined)
    throw new Error(
      `no room for lab ${lab}: ${range.cidr} holds ${range.labs} labs`,
    );
  return free;
}

/** What became of numbers that no host has. */
export interface NumberUse {
  /** Their addresses are kept for somebody. */
  readonly held?: readonly number[] | undefined;
  /** They were given back, the longest ago first. */
  readonly freed?: readonly number[] | undefined;
}

/** The number of each new host: the reserved one of its name, else the next free one. Known hosts keep theirs. */
export function planHostNumbers(
  known: Readonly<Record<string, number>>,
  names: readonly string[],
  use: NumberUse = {},
): Record<string, number> {
  const planned: Record<string, number> = { ...known };
  for (const name of names) {
    planned[name] ??=
      reservedHosts[name] ?? planNumber(name, Object.values(planned), use);
  }
  return planned;
}

/** A number that nobody has: the lowest that nobody ever had, else the one that was given back longest ago, because somebody may still know who had it. */
export function planNumber(
  name: string,
  known: readonly number[],
  { held = [], freed = [] }: NumberUse,
): number {
  const taken = new Set([...known, ...held, ...Object.values(reservedHosts)]);
  const free =
    lowestFree(firstHost, lastHost, new Set([...taken, ...freed])) ??
    freed.find((number) => !taken.has(number));
  if (free === undefined)
    throw new Error(
      `no address left for ${name}: a lab holds ${lastHost - firstHost + 1} hosts`,
    );
  return free;
}

/** Which numbers were given back when those that are in use are others than before, the longest ago first. */
export function planFreed(
  before: readonly number[],
  after: readonly number[],
  freed: readonly number[] = [],
): number[] {
  return [...new Set([...freed, ...before])].filter(
    (number) => !after.includes(number),
  );
}

function lowestFree(
  first: number,
  last: number,
  used: ReadonlySet<number>,
): number | undefined {
  for (let number = first; number <= last; number++) {
    if (!used.has(number)) return number;
  }
  return undefined;
}

function offset(network: ipaddr.IPv4, count: number): string {
  const value =
    network.octets.reduce((sum, octet) => sum * 256 + octet, 0) + count;
  return [24, 16, 8, 0]
    .map((shift) => Math.floor(value / 2 ** shift) % 256)
    .join(".");
}
