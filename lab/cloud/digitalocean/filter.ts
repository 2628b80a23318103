import {
  parsePorts,
  type FilterRule,
  type HostFilter,
  type PrivateAddress,
} from "../filter/rule.ts";
import type { Account } from "./account.ts";
import { dropletHost, type Droplet } from "./droplet.ts";
import type { Firewall, Peers } from "./firewall.ts";
import { reservedIpsOf } from "./reserved-ip.ts";
import { requireVpc } from "./vpc.ts";

/** What stands in front of each droplet: nothing without a firewall; else what any of its firewalls lets through, in and out. */
export function planFilters(account: Account): HostFilter[] {
  return account.droplets.all().flatMap((droplet) => {
    const firewalls = firewallsOf(account, droplet);
    if (firewalls.length === 0) return [];
    return [
      {
        host: dropletHost(droplet),
        addresses: [
          ...publicAddresses(droplet),
          ...reservedIpsOf(account, droplet).map(({ ip }) => ip),
        ],
        privateAddresses: privateAddresses(account, droplet),
        inbound: firewalls.flatMap(({ inbound_rules }) =>
          inbound_rules.map((rule) => planRule(account, rule, rule.sources)),
        ),
        outbound: firewalls.flatMap(({ outbound_rules }) =>
          outbound_rules.map((rule) =>
            planRule(account, rule, rule.destinations),
          ),
        ),
      },
    ];
  });
}

function publicAddresses({ address, ipv6 }: Droplet): string[] {
  return [address.ip, ...(ipv6 === null ? [] : [`${ipv6}/64`])];
}

function privateAddresses(
  account: Account,
  { vpc }: Droplet,
): PrivateAddress[] {
  if (!vpc) return [];
  return [{ ip: vpc.ip, wire: requireVpc(account, vpc.id).wire }];
}

function firewallsOf(account: Account, { id, tags }: Droplet): Firewall[] {
  return account.firewalls
    .all()
    .filter(
      (firewall) =>
        firewall.droplet_ids.includes(id) ||
        firewall.tags.some((tag) => tags.includes(tag)),
    );
}

function planRule(
  account: Account,
  { protocol, ports }: { protocol: FilterRule["protocol"]; ports: string },
  peers: Peers,
): FilterRule {
  return {
    protocol,
    ...(ports !== "0" && { ports: parsePorts(ports) }),
    ranges: planRanges(account, peers),
  };
}

/** Addresses as they are given, and those of the droplets that are named or tagged now. */
function planRanges(account: Account, peers: Peers): string[] {
  const { addresses = [], droplet_ids = [], tags = [] } = peers;
  const droplets = account.droplets
    .all()
    .filter(
      (droplet) =>
        droplet_ids.includes(droplet.id) ||
        tags.some((tag) => droplet.tags.includes(tag)),
    );
  return [
    ...addresses,
    ...droplets.flatMap((droplet) => [
      ...publicAddresses(droplet),
      ...(droplet.vpc ? [droplet.vpc.ip] : []),
    ]),
  ];
}
