import {
  parsePorts,
  type FilterRule,
  type HostFilter,
} from "../filter/rule.ts";
import { firewallsOf } from "./firewall-target.ts";
import type { Firewall } from "./firewall.ts";
import type { Project } from "./project.ts";
import { hostName, type Server } from "./server.ts";

/** What stands in front of each server: nothing without a firewall; else what any of its firewalls lets through. */
export function planFilters(project: Project): HostFilter[] {
  return project.servers.all().flatMap((server) => {
    const firewalls = firewallsOf(project, server);
    if (firewalls.length === 0) return [];
    const rules = firewalls.flatMap((firewall) => firewall.rules);
    const [inbound, outbound] = [
      planRules(rules, "in"),
      planRules(rules, "out"),
    ];
    return [
      {
        host: hostName(server),
        addresses: publicAddresses(server),
        inbound,
        // Only the first outgoing rule closes what goes out.
        ...(outbound.length > 0 && { outbound }),
      },
    ];
  });
}

/** Private networks are not filtered, as they are not at Hetzner. */
function publicAddresses({ ipv4, ipv6 }: Server): string[] {
  return [...(ipv4 ? [ipv4.ip] : []), ...(ipv6 ? [`${ipv6.ip}/64`] : [])];
}

function planRules(
  rules: Firewall["rules"],
  direction: "in" | "out",
): FilterRule[] {
  return rules
    .filter((rule) => rule.direction === direction)
    .map(({ protocol, port, source_ips, destination_ips }) => ({
      protocol,
      ...(port !== null && port !== "any" && { ports: parsePorts(port) }),
      ranges: direction === "in" ? source_ips : destination_ips,
    }));
}
