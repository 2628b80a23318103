import ipaddr from "ipaddr.js";
import type { FirewallRule, ItemOf } from "../../manifest/items.ts";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** What comes in whatever the rules say. Neighbour discovery stands before conntrack's verdict: it is tracked by nobody. */
const ALWAYS = [
  `iifname "lo" accept comment "flotilla: loopback"`,
  `icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect, mld-listener-query } accept comment "flotilla: IPv6 neighbours"`,
  `ct state established,related accept comment "flotilla: replies"`,
  `ct state invalid drop comment "flotilla: invalid"`,
  `icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept comment "flotilla: ICMP"`,
  `icmpv6 type { echo-request, destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept comment "flotilla: ICMPv6"`,
  `ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment "flotilla: DHCPv6 replies"`,
];

/** The whole table as one nft transaction. Throws when an address is none, naming the rule. */
export function renderNftables(
  table: string,
  item: Pick<ItemOf<"nftables">, "rules">,
): string {
  const rules = Object.keys(item.rules)
    .sort()
    .flatMap((name) => renderRule(name, item.rules[name]));
  return [
    `table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    `  chain input {`,
    `    type filter hook input priority filter; policy drop;`,
    ...[...ALWAYS, ...rules].map((line) => `    ${line}`),
    `  }`,
    `}`,
    ``,
  ].join("\n");
}

/** One line per address family; none when the rule lets nobody in. */
function renderRule(name: string, rule: FirewallRule | undefined): string[] {
  if (!rule) return [];
  const target = `${rule.protocol} dport ${String(rule.port)} accept comment "flotilla:${name}"`;
  if (rule.from === undefined) return [target];
  const ranges = rule.from.map((text) => parseRange(name, text));
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const own = withoutContained(
      ranges.filter(([address]) => address.kind() === family),
    );
    return own.length === 0 ? [] : [`${renderSource(family, own)} ${target}`];
  });
}

function renderSource(
  family: "ipv4" | "ipv6",
  ranges: readonly Range[],
): string {
  if (ranges.some(([, bits]) => bits === 0)) return `meta nfproto ${family}`;
  const texts = ranges.map(renderRange).sort();
  return `${family === "ipv4" ? "ip" : "ip6"} saddr { ${texts.join(", ")} }`;
}

function renderRange([address, bits]: Range): string {
  const isSingle = bits === (address.kind() === "ipv4" ? 32 : 128);
  return isSingle
    ? address.toString()
    : `${address.toString()}/${String(bits)}`;
}

/** Network and length; bits behind the length are cleared, since nft refuses sets whose members overlap. */
function parseRange(name: string, text: string): Range {
  try {
    if (!text.includes("/")) {
      const address = strict(text);
      return [address, address.kind() === "ipv4" ? 32 : 128];
    }
    const [address, bits] = ipaddr.parseCIDR(text);
    strict(text.slice(0, text.indexOf("/")));
    const network =
      address.kind() === "ipv4"
        ? ipaddr.IPv4.networkAddressFromCIDR(text)
        : ipaddr.IPv6.networkAddressFromCIDR(text);
    return [network, bits];
  } catch (error) {
    throw new Error(
      `rule '${name}': '${text}' is neither an address nor a CIDR range`,
      { cause: error },
    );
  }
}

/** The library also reads `1.2` and `0x7f.1`, as C does; an address of a firewall is written out. */
function strict(text: string): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!text.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(text))
    throw new Error("not four decimal parts");
  return ipaddr.parse(text);
}

/** Ranges that lie in another one add nothing. */
function withoutContained(ranges: readonly Range[]): Range[] {
  const byLength = ranges.toSorted(([, a], [, b]) => a - b);
  return byLength.reduce<Range[]>(
    (kept, range) =>
      kept.some((wider) => contains(wider, range)) ? kept : [...kept, range],
    [],
  );
}

function contains(wider: Range, [address]: Range): boolean {
  const [network, bits] = wider;
  return address.kind() === "ipv4"
    ? (address as ipaddr.IPv4).match(network, bits)
    : (address as ipaddr.IPv6).match(network, bits);
}
