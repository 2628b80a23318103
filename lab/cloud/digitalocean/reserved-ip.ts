import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Action, ActionResource } from "../action.ts";
import { reserve } from "../allot.ts";
import { gone, unprocessable, type Account } from "./account.ts";
import { ensureIdle, renderDroplet, type Droplet } from "./droplet.ts";
import { renderRegion, requireRegion } from "./region.ts";

/** A public address that stays when the droplet that has it goes. */
export const reservedIp = z.strictObject({
  /** The address as a number. */
  id: z.number().int(),
  ip: z.string(),
  region: z.string(),
  droplet_id: z.number().int().nullable(),
});

/** One reserved IP, as it is kept. */
export type ReservedIp = z.infer<typeof reservedIp>;

/** How many an account may have. */
export const mostReservedIps = 20;

/** A reserved IP by its address; refuses one that there is none of. */
export function requireReservedIp(account: Account, ip: string): ReservedIp {
  const found = account.reservedIps.all().find((given) => given.ip === ip);
  if (!found) throw gone();
  return found;
}

/** Those of a droplet. */
export function reservedIpsOf(
  account: Account,
  { id }: Pick<Droplet, "id">,
): ReservedIp[] {
  return account.reservedIps.all().filter((one) => one.droplet_id === id);
}

/** Keeps a new address in a region. */
export async function addReservedIp(
  account: Account,
  region: string,
): Promise<ReservedIp> {
  if (account.reservedIps.all().length >= mostReservedIps)
    throw unprocessable("You have reached the limit of your Reserved IPs.");
  const ip = await reserve(account.hosts);
  return account.reservedIps.add({
    ...{ id: toNumber(ip), ip, region, droplet_id: null },
  });
}

/** Leads an address to a droplet, also away from another one. */
export function assignReservedIp(
  account: Account,
  given: ReservedIp,
  droplet: Droplet,
): Action {
  ensureIdle(account, droplet);
  if (given.region !== droplet.region)
    throw unprocessable("The Droplet is not in the Reserved IP's region.");
  const others = reservedIpsOf(account, droplet).filter((one) => one !== given);
  if (others.length > 0)
    throw unprocessable("The Droplet already has a Reserved IP.");
  given.droplet_id = droplet.id;
  return account.actions.start("assign_ip", [reservedIpResource(given)]);
}

/** From now on it leads to nobody. */
export function unassignReservedIp(
  account: Account,
  given: ReservedIp,
): Action {
  if (given.droplet_id === null)
    throw unprocessable("The Reserved IP is not assigned.");
  given.droplet_id = null;
  return account.actions.start("unassign_ip", [reservedIpResource(given)]);
}

/** A reserved IP as actions name it. */
export function reservedIpResource({ id }: ReservedIp): ActionResource {
  return { id, type: "reserved_ip" };
}

/** A reserved IP as the API shows it. */
export function renderReservedIp(account: Account, given: ReservedIp): object {
  const droplet = account.droplets.get(given.droplet_id ?? -1);
  return {
    ip: given.ip,
    region: renderRegion(requireRegion(given.region)),
    droplet: droplet ? renderDroplet(account, droplet) : null,
    locked: false,
    project_id: defaultProject,
  };
}

/** There is one, and nothing is moved out of it. */
const defaultProject = "f1071114-0000-4000-8000-000000000002";

function toNumber(ip: string): number {
  return ipaddr.IPv4.parse(ip).octets.reduce((sum, part) => sum * 256 + part);
}
