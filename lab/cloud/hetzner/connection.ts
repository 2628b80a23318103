import { ipv6Range } from "../../addresses.ts";
import type { HostNetwork, PrivateLink } from "../../host-network.ts";
import type { HostConnection } from "../hosts.ts";
import { requireNetwork } from "./network.ts";
import type { Project } from "./project.ts";
import { hostName, type Server } from "./server.ts";

/** How each server is connected: its public addresses, and the networks that it is in. */
export function planConnections(project: Project): HostConnection[] {
  return project.servers.all().map((server) => ({
    host: hostName(server),
    network: planNetwork(project, server),
  }));
}

function planNetwork(project: Project, server: Server): HostNetwork {
  const { ipv4, ipv6 } = server;
  return {
    ipv4: ipv4?.ip ?? null,
    addresses: ipv6 ? [`${ipv6.ip}1/64`] : [],
    routes: ipv6 ? [ipv6Range] : [],
    links: server.private_net.map((member) => planLink(project, member)),
  };
}

/** The address alone, and the way to the rest of the network: as it is on a real server. */
function planLink(
  project: Project,
  member: Server["private_net"][number],
): PrivateLink {
  const { id, ip_range } = requireNetwork(project, member.network);
  return {
    wire: id,
    interface: member.interface,
    mac: member.mac_address,
    addresses: [`${member.ip}/32`],
    routes: [ip_range],
  };
}
