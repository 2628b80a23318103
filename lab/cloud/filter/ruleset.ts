import { isIpv6, type FilterRule, type HostFilter } from "./rule.ts";

/**
 * The rules of all filtered hosts as one table: what a host sends is judged first, then what a host is
 * sent, so that both ends of a connection between two hosts have their say.
 */
export function renderRuleset(
  table: string,
  filters: readonly HostFilter[],
  bridgeOf: (wire: number) => string,
): string {
  const between = (end: "saddr" | "daddr", filter: HostFilter, chain: string) =>
    (filter.privateAddresses ?? []).map(
      ({ ip, wire }) => `iifname "${bridgeOf(wire)}" ${jump(ip, end, chain)}`,
    );
  const chains = filters.flatMap((filter, index) => [
    renderChain(`to_${index}`, "saddr", filter.inbound),
    ...(filter.outbound
      ? [renderChain(`from_${index}`, "daddr", filter.outbound)]
      : []),
  ]);
  const to = filters.flatMap(({ addresses }, index) =>
    addresses.map((address) => jump(address, "daddr", `to_${index}`)),
  );
  const from = filters.flatMap(({ addresses, outbound }, index) =>
    outbound
      ? addresses.map((address) => jump(address, "saddr", `from_${index}`))
      : [],
  );
  const toPrivate = filters.flatMap((filter, index) =>
    between("daddr", filter, `to_${index}`),
  );
  const fromPrivate = filters.flatMap((filter, index) =>
    filter.outbound ? between("saddr", filter, `from_${index}`) : [],
  );
  const body = [
    ...chains,
    renderHook("sent_on", "forward", "filter", [...from, ...fromPrivate]),
    renderHook("sent_here", "input", "filter", from),
    renderHook("arriving_through", "forward", "filter + 1", [
      ...to,
      ...toPrivate,
    ]),
    renderHook("arriving_from_here", "output", "filter + 1", to),
  ].join("");
  return `table inet ${table}\ndelete table inet ${table}\ntable inet ${table} {\n${body}}\n`;
}

// Neighbours have to find each other, or a host with IPv6 would be unreachable behind any filter.
const always = [
  "ct state established,related accept",
  "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept",
];

function renderChain(
  name: string,
  end: "saddr" | "daddr",
  rules: readonly FilterRule[],
): string {
  const lines = rules.flatMap((rule) => renderRule(end, rule));
  return block(name, [...always, ...lines, "drop"]);
}

function renderRule(end: "saddr" | "daddr", rule: FilterRule): string[] {
  const four = rule.ranges.filter((range) => !isIpv6(range));
  const six = rule.ranges.filter(isIpv6);
  return [
    ...renderFamily(`ip ${end}`, four, renderMatch(rule, "icmp")),
    ...renderFamily(`ip6 ${end}`, six, renderMatch(rule, "ipv6-icmp")),
  ];
}

function renderFamily(key: string, ranges: string[], match: string): string[] {
  return ranges.map((range) => `${key} ${range} ${match} accept`);
}

function renderMatch({ protocol, ports }: FilterRule, icmp: string): string {
  const match = `meta l4proto ${protocol === "icmp" ? icmp : protocol}`;
  if (!ports) return match;
  return `${match} th dport ${ports[0]}-${ports[1]}`;
}

function jump(address: string, end: "saddr" | "daddr", chain: string): string {
  const key = isIpv6(address) ? "ip6" : "ip";
  return `${key} ${end} ${address} goto ${chain}`;
}

function renderHook(
  name: string,
  hook: string,
  priority: string,
  lines: readonly string[],
): string {
  return block(name, [
    `type filter hook ${hook} priority ${priority}; policy accept;`,
    ...lines,
  ]);
}

function block(name: string, lines: readonly string[]): string {
  return `  chain ${name} {\n${lines.map((line) => `    ${line}\n`).join("")}  }\n`;
}
