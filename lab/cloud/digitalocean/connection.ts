import { ipv6Range } from "../../addresses.ts";
import type { HostNetwork, PrivateLink } from "../../host-network.ts";
import type { HostConnection } from "../hosts.ts";
import { prefixOf } from "../private-range.ts";
import type { Account } from "./account.ts";
import { dropletHost, type Droplet } from "./droplet.ts";
import { reservedIpsOf } from "./reserved-ip.ts";
import { requireVpc } from "./vpc.ts";

/** How each droplet is connected: its public addresses, and its VPC. */
export function planConnections(account: Account): HostConnection[] {
  return account.droplets.all().map((droplet) => ({
    host: dropletHost(droplet),
    network: planNetwork(account, droplet),
  }));
}

function planNetwork(account: Account, droplet: Droplet): HostNetwork {
  const { address, ipv6, vpc } = droplet;
  const reserved = reservedIpsOf(account, droplet).map(({ ip }) => `${ip}/32`);
  return {
    ipv4: address.ip,
    addresses: [...(ipv6 === null ? [] : [`${ipv6}1/64`]), ...reserved],
    routes: ipv6 === null ? [] : [ipv6Range],
    links: vpc ? [planLink(account, vpc)] : [],
  };
}

function planLink(
  account: Account,
  { id, ip, mac }: NonNullable<Droplet["vpc"]>,
): PrivateLink {
  const { wire, ip_range } = requireVpc(account, id);
  const addresses = [`${ip}/${prefixOf(ip_range)}`];
  return { wire, interface: "eth1", mac, addresses, routes: [] };
}
