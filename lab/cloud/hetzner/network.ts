import { z } from "zod";
import type { ActionResource } from "../action.ts";
import { ApiError, notFound } from "../http/api-error.ts";
import { addressAt, freeAddress, isHostOf } from "../private-range.ts";
import { labels } from "./label.ts";
import type { Project } from "./project.ts";
import type { Server } from "./server.ts";

/** A private network, in parts from which servers get their addresses. */
export const network = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  ip_range: z.string(),
  subnets: z.array(
    z.strictObject({
      type: z.enum(["cloud", "server"]),
      ip_range: z.string(),
      network_zone: z.string(),
    }),
  ),
  protection: z.strictObject({ delete: z.boolean() }),
  labels,
  created: z.string(),
  expose_routes_to_vswitch: z.boolean(),
});

/** One network, as it is kept. */
export type Network = z.infer<typeof network>;

/** One part of a network. */
export type Subnet = Network["subnets"][number];

/** A network by number; refuses one that there is none of. */
export function requireNetwork(project: Project, id: number): Network {
  const found = project.networks.get(id);
  if (!found) throw notFound(`network with ID '${id}'`);
  return found;
}

/** A network as actions name it. */
export function networkResource({ id }: Network): ActionResource {
  return { id, type: "network" };
}

/** The servers that are in a network now. */
export function membersOf(project: Project, { id }: Network): Server[] {
  return project.servers
    .all()
    .filter(({ private_net }) =>
      private_net.some(({ network }) => network === id),
    );
}

/** The first address of a network is nobody's. */
export function gatewayOf({ ip_range }: Network): string {
  return addressAt(ip_range, 1);
}

/** The addresses in a network that are somebody's, and its gateway's. */
export function takenAddresses(
  project: Project,
  given: Network,
  except?: Server,
): Set<string> {
  const servers = membersOf(project, given).filter(
    (server) => server !== except,
  );
  const members = servers
    .flatMap(({ private_net }) => private_net)
    .filter(({ network }) => network === given.id);
  return new Set([
    gatewayOf(given),
    ...members.flatMap(({ ip, alias_ips }) => [ip, ...alias_ips]),
  ]);
}

/** The address that a new member gets: the one asked for, else the first free one of any subnet. */
export function planMemberAddress(
  project: Project,
  given: Network,
  asked?: string,
): string {
  if (given.subnets.length === 0)
    throw new ApiError(422, "no_subnet_available", "network has no subnet");
  const taken = takenAddresses(project, given);
  if (asked !== undefined) return ensureAvailable(given, taken, asked);
  for (const { ip_range } of given.subnets) {
    const free = freeAddress(ip_range, taken);
    if (free !== undefined) return free;
  }
  throw new ApiError(422, "no_subnet_available", "no address is left");
}

/** Refuses an address that is in no subnet, or somebody's. */
export function ensureAvailable(
  { subnets }: Network,
  taken: ReadonlySet<string>,
  asked: string,
): string {
  const isInside = subnets.some(({ ip_range }) => isHostOf(ip_range, asked));
  if (isInside && !taken.has(asked)) return asked;
  throw new ApiError(422, "ip_not_available", `${asked} is not available`);
}

/** A network as the API shows it. */
export function renderNetwork(project: Project, given: Network): object {
  const gateway = gatewayOf(given);
  return {
    ...given,
    subnets: given.subnets.map((subnet) => ({
      ...subnet,
      gateway,
      vswitch_id: null,
    })),
    routes: [],
    servers: membersOf(project, given).map(({ id }) => id),
    load_balancers: [],
  };
}
