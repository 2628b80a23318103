import { z } from "zod";
import { overlaps } from "../../network.ts";
import type { Action } from "../action.ts";
import { ApiError, invalid } from "../http/api-error.ts";
import { privateMac } from "../mac.ts";
import {
  ensureAvailable,
  networkResource,
  planMemberAddress,
  requireNetwork,
  takenAddresses,
} from "./network.ts";
import type { Project } from "./project.ts";
import { serverResource, type Server } from "./server.ts";

/** What a server calls its private network cards; it has three places for them. */
const interfaces = ["enp7s0", "enp8s0", "enp9s0"] as const;

const network = z.number().int();
const address = z.ipv4();

/** What networks need of a server. */
export type Member = Pick<Server, "id" | "private_net">;

/** The body of `attach_to_network`. */
export const attachment = z.strictObject({
  network,
  ip: address.optional(),
  alias_ips: z.array(address).default([]),
});

/** The body of `detach_from_network`. */
export const detachment = z.strictObject({ network });

/** The body of `change_alias_ips`. */
export const aliasChange = z.strictObject({
  network,
  alias_ips: z.array(address),
});

/** Puts a server into a network; its card is plugged in when the action ends. */
export function attachServer(
  project: Project,
  given: Server,
  asked: z.infer<typeof attachment>,
): Action {
  joinNetwork(project, given, asked);
  return begin(project, "attach_to_network", given, asked.network);
}

/** Takes a server out of a network. */
export function detachServer(
  project: Project,
  given: Server,
  asked: z.infer<typeof detachment>,
): Action {
  requireMembership(given, asked.network);
  leaveNetwork(given, asked.network);
  return begin(project, "detach_from_network", given, asked.network);
}

/** Gives a server more addresses in a network: they are kept for it, and it sets them itself. */
export function changeAliases(
  project: Project,
  given: Server,
  asked: z.infer<typeof aliasChange>,
): Action {
  const member = requireMembership(given, asked.network);
  const found = requireNetwork(project, asked.network);
  const taken = takenAddresses(project, found, given).add(member.ip);
  for (const alias of asked.alias_ips) ensureAvailable(found, taken, alias);
  member.alias_ips = asked.alias_ips;
  return begin(project, "change_alias_ips", given, asked.network);
}

/** Keeps that a server is in a network; refuses what cannot be. */
export function joinNetwork(
  project: Project,
  given: Member,
  asked: z.infer<typeof attachment>,
): void {
  const found = requireNetwork(project, asked.network);
  const mine = given.private_net.map(({ network: id }) =>
    requireNetwork(project, id),
  );
  if (mine.includes(found))
    throw new ApiError(409, "server_already_attached", "already attached");
  if (mine.some((other) => overlaps(other.ip_range, found.ip_range)))
    throw new ApiError(422, "networks_overlap", "networks overlap");
  const ip = planMemberAddress(project, found, asked.ip);
  const taken = takenAddresses(project, found).add(ip);
  for (const alias of asked.alias_ips) ensureAvailable(found, taken, alias);
  given.private_net.push({
    network: found.id,
    ip,
    alias_ips: asked.alias_ips,
    mac_address: privateMac(found.id, given.id),
    interface: freeInterface(given),
  });
}

/** Keeps that a server is not in a network. */
export function leaveNetwork(given: Server, id: number): void {
  given.private_net = given.private_net.filter(({ network }) => network !== id);
}

function freeInterface({ private_net }: Member): string {
  const taken = private_net.map((member) => member.interface);
  const found = interfaces.find((name) => !taken.includes(name));
  if (found !== undefined) return found;
  throw new ApiError(
    412,
    "resource_limit_exceeded",
    `a server is in at most ${interfaces.length} networks`,
  );
}

function requireMembership(
  { private_net }: Server,
  id: number,
): Server["private_net"][number] {
  const found = private_net.find(({ network }) => network === id);
  if (!found) throw invalid("network", "server is not attached to it");
  return found;
}

/** Done when the cards are plugged. */
function begin(
  project: Project,
  command: string,
  given: Server,
  id: number,
): Action {
  const found = requireNetwork(project, id);
  const about = [serverResource(given), networkResource(found)];
  return project.actions.start(command, about, project.commit);
}
