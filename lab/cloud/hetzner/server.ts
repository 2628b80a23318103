import { z } from "zod";
import type { ActionResource } from "../action.ts";
import { ApiError, notFound } from "../http/api-error.ts";
import { firewallsOf } from "./firewall-target.ts";
import { image } from "./image.ts";
import { labels } from "./label.ts";
import {
  renderDatacenter,
  renderLocation,
  requireLocation,
} from "./location.ts";
import {
  renderPlacementGroup,
  requirePlacementGroup,
} from "./placement-group.ts";
import { requirePrimaryIp, reverseNames } from "./primary-ip.ts";
import type { Project } from "./project.ts";
import { renderServerType, requireServerType } from "./server-type.ts";

/** A server: one host of the lab. */
export const server = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  created: z.string(),
  server_type: z.string(),
  location: z.string(),
  /** What its disk began as, also when that is gone since. */
  image,
  labels,
  protection: z.strictObject({ delete: z.boolean(), rebuild: z.boolean() }),
  /** The primary IP that it has; `null` for none. */
  ipv4: z.strictObject({ id: z.number().int(), ip: z.string() }).nullable(),
  /** Its first address is `::1` in the network that begins here. */
  ipv6: z
    .strictObject({ id: z.number().int(), ip: z.string() })
    .nullable()
    .default(null),
  placement_group: z.number().int().nullable().default(null),
  private_net: z
    .array(
      z.strictObject({
        network: z.number().int(),
        ip: z.string(),
        alias_ips: z.array(z.string()),
        mac_address: z.string(),
        /** What the server calls its card there. */
        interface: z.string(),
      }),
    )
    .default([]),
  /** GiB, which a larger type may leave as they are. */
  primary_disk_size: z.number(),
  /** Its first boot, to be repeated by a rebuild. */
  first_boot: z.strictObject({
    userData: z.string(),
    authorizedKeys: z.array(z.string()),
  }),
});

/** One server, as it is kept. */
export type Server = z.infer<typeof server>;

/** The name of a server's host in the lab. */
export function hostName(given: Server): string {
  return `server-${given.id}`;
}

/** A server as actions name it. */
export function serverResource({ id }: Server): ActionResource {
  return { id, type: "server" };
}

/** A server by number; refuses one that there is none of. */
export function requireServer(project: Project, id: number): Server {
  const found = project.servers.get(id);
  if (!found) throw notFound(`server with ID '${id}'`);
  return found;
}

/** Refuses what would disturb an action that has not ended. */
export function ensureUnlocked(project: Project, given: Server): void {
  if (project.actions.running(serverResource(given)).length === 0) return;
  throw new ApiError(423, "locked", "server is locked");
}

const statusWhile: Readonly<Record<string, string>> = {
  create_server: "initializing",
  start_server: "starting",
  stop_server: "stopping",
  rebuild_server: "rebuilding",
  delete_server: "deleting",
};

/** What a server does now: what an action makes of it, else whether its host has power. */
export function serverStatus(project: Project, given: Server): string {
  const [running] = project.actions
    .running(serverResource(given))
    .flatMap(({ command }) => statusWhile[command] ?? []);
  if (running !== undefined) return running;
  return project.hosts.isOn(hostName(given)) ? "running" : "off";
}

/** A server as the API shows it. */
export function renderServer(project: Project, given: Server): object {
  const location = requireLocation(given.location);
  const running = project.actions.running(serverResource(given));
  return {
    id: given.id,
    name: given.name,
    status: serverStatus(project, given),
    created: given.created,
    public_net: renderPublicNet(project, given),
    private_net: given.private_net.map(renderMembership),
    server_type: renderServerType(requireServerType(given.server_type)),
    datacenter: renderDatacenter(location),
    location: renderLocation(location),
    image: given.image,
    iso: null,
    rescue_enabled: false,
    locked: running.length > 0,
    backup_window: null,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
    included_traffic: 20 * 1024 ** 4,
    protection: given.protection,
    labels: given.labels,
    volumes: [],
    load_balancers: [],
    primary_disk_size: given.primary_disk_size,
    placement_group: renderGroup(project, given),
  };
}

function renderGroup(
  project: Project,
  { placement_group: id }: Server,
): object | null {
  if (id === null) return null;
  const group = requirePlacementGroup(project, id);
  return renderPlacementGroup(project, group);
}

function renderMembership(member: Server["private_net"][number]): object {
  const { network, ip, alias_ips, mac_address } = member;
  return { network, ip, alias_ips, mac_address };
}

function renderPublicNet(project: Project, given: Server): object {
  const { ipv4, ipv6 } = given;
  return {
    ipv4: ipv4 && {
      ...ipv4,
      blocked: false,
      dns_ptr: reverseNames(requirePrimaryIp(project, ipv4.id))[0]?.dns_ptr,
    },
    ipv6: ipv6 && {
      id: ipv6.id,
      ip: `${ipv6.ip}/64`,
      blocked: false,
      dns_ptr: reverseNames(requirePrimaryIp(project, ipv6.id)),
    },
    floating_ips: [],
    firewalls: firewallsOf(project, given).map(({ id }) => ({
      id,
      status: "applied",
    })),
  };
}
