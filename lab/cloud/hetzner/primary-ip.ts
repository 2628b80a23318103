import { z } from "zod";
import { ipv4OfNetwork } from "../../addresses.ts";
import { now, type ActionResource } from "../action.ts";
import { ApiError, notFound } from "../http/api-error.ts";
import { labels } from "./label.ts";
import {
  renderDatacenter,
  renderLocation,
  requireLocation,
} from "./location.ts";
import type { Project } from "./project.ts";
import type { Server } from "./server.ts";

/** A public address, or a network of IPv6, that a server has or may have. */
export const primaryIp = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  type: z.enum(["ipv4", "ipv6"]),
  /** Of IPv6, where its /64 begins. */
  ip: z.string(),
  location: z.string(),
  /** Goes with the server that has it. */
  auto_delete: z.boolean(),
  labels,
  protection: z.strictObject({ delete: z.boolean() }),
  /** Names that were given to its addresses. */
  reverse: z.record(z.string(), z.string()).default({}),
  created: z.string(),
});

/** One primary IP, as it is kept. */
export type PrimaryIp = z.infer<typeof primaryIp>;

/** What older clients of Hetzner's repeat in a body: the number that the path has. */
export const repeatedId = { ID: z.number().optional() };

/** What a server is told of the address that it has. */
export type Assigned = Server["ipv4"];

/** A primary IP by number; refuses one that there is none of. */
export function requirePrimaryIp(project: Project, id: number): PrimaryIp {
  const found = project.primaryIps.get(id);
  if (!found) throw notFound(`primary IP with ID '${id}'`);
  return found;
}

/** The server that has a primary IP. */
export function ownerOf(project: Project, { id }: PrimaryIp): Server | null {
  const has = ({ ipv4, ipv6 }: Server) => ipv4?.id === id || ipv6?.id === id;
  return project.servers.all().find(has) ?? null;
}

/** The primary IPs of a server. */
export function addressesOf(
  project: Project,
  { ipv4, ipv6 }: Server,
): PrimaryIp[] {
  return [ipv4, ipv6].flatMap((has) =>
    has ? requirePrimaryIp(project, has.id) : [],
  );
}

/** Keeps one that goes with its server. */
export function addAutomatic(
  project: Project,
  given: Pick<PrimaryIp, "type" | "ip" | "location">,
): PrimaryIp {
  const id = project.nextId();
  return project.primaryIps.add({
    ...given,
    id,
    name: `primary_ip-${id}`,
    auto_delete: true,
    labels: {},
    protection: { delete: false },
    reverse: {},
    created: now(),
  });
}

/** Servers of a state that knew no primary IPs have theirs from now on. */
export function adoptAddresses(project: Project): void {
  for (const { ipv4, ipv6, location } of project.servers.all())
    for (const [type, has] of [
      ["ipv4", ipv4],
      ["ipv6", ipv6],
    ] as const)
      if (has && !project.primaryIps.get(has.id)) {
        const made = addAutomatic(project, { type, ip: has.ip, location });
        project.primaryIps.remove(made.id);
        project.primaryIps.add({ ...made, ...has });
      }
}

/** The IPv4 addresses that are kept: of a network of IPv6, the one that it belongs to. */
export function heldAddresses(project: Project): string[] {
  return project.primaryIps
    .all()
    .map(({ type, ip }) => (type === "ipv4" ? ip : ipv4OfNetwork(ip)));
}

/** The name that each address has; one of IPv4 always has one. */
export function reverseNames({
  type,
  ip,
  reverse,
}: PrimaryIp): { ip: string; dns_ptr: string }[] {
  const usual = { [ip]: `static.${ip}.clients.flotilla.internal` };
  const names = type === "ipv4" ? { ...usual, ...reverse } : reverse;
  return Object.entries(names).map(([one, dns_ptr]) => ({ ip: one, dns_ptr }));
}

/** A primary IP as actions name it. */
export function primaryIpResource({ id }: PrimaryIp): ActionResource {
  return { id, type: "primary_ip" };
}

/** A primary IP as the API shows it. */
export function renderPrimaryIp(project: Project, given: PrimaryIp): object {
  const { ip, reverse, ...shown } = given;
  const location = requireLocation(given.location);
  return {
    ...shown,
    ip: given.type === "ipv4" ? ip : `${ip}/64`,
    assignee_id: ownerOf(project, given)?.id ?? null,
    assignee_type: "server",
    blocked: false,
    dns_ptr: reverseNames({ ...given, reverse }),
    location: renderLocation(location),
    datacenter: renderDatacenter(location),
  };
}

/** Refuses to take away what may not be deleted. */
export function ensureDeletable(project: Project, given: PrimaryIp): void {
  if (given.protection.delete)
    throw new ApiError(423, "protected", "primary IP deletion is protected");
  if (ownerOf(project, given))
    throw new ApiError(
      422,
      "must_be_unassigned",
      "primary IP must be unassigned before it is deleted",
    );
}
