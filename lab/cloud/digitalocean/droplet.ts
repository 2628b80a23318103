import ipaddr from "ipaddr.js";
import { z } from "zod";
import { ipv6Network } from "../../addresses.ts";
import type { ActionResource } from "../action.ts";
import { addressAt, prefixOf } from "../private-range.ts";
import { gone, unprocessable, type Account } from "./account.ts";
import { image } from "./image.ts";
import {
  renderRegion,
  renderSize,
  requireRegion,
  requireSize,
} from "./region.ts";
import { reservedIpsOf } from "./reserved-ip.ts";
import { requireVpc } from "./vpc.ts";

/** A droplet: one host of the lab. */
export const droplet = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  created_at: z.string(),
  size: z.string(),
  region: z.string(),
  /** What its disk began as, also when that is gone since. */
  image,
  tags: z.array(z.string()),
  address: z.strictObject({
    ip: z.string(),
    prefix: z.number().int(),
    gateway: z.string(),
  }),
  /** Its first address is `::1` in the network that begins here. */
  ipv6: z.string().nullable().default(null),
  /** `null` for what was made before there were any. */
  vpc: z
    .strictObject({ id: z.string(), ip: z.string(), mac: z.string() })
    .nullable()
    .default(null),
  /** GiB, which a larger size may leave as they are. */
  disk: z.number(),
  /** Its first boot, to be repeated by a rebuild. */
  first_boot: z.strictObject({
    hostname: z.string(),
    userData: z.string(),
    authorizedKeys: z.array(z.string()),
  }),
});

/** One droplet, as it is kept. */
export type Droplet = z.infer<typeof droplet>;

/** The name of a droplet's host in the lab. */
export function dropletHost({ id }: { readonly id: number }): string {
  return `droplet-${id}`;
}

/** A droplet as actions name it. */
export function dropletResource({ id }: Droplet): ActionResource {
  return { id, type: "droplet" };
}

/** A droplet by number; refuses one that there is none of. */
export function requireDroplet(account: Account, id: number): Droplet {
  const found = account.droplets.get(id);
  if (!found) throw gone();
  return found;
}

/** Refuses what would disturb an action that has not ended. */
export function ensureIdle(account: Account, given: Droplet): void {
  if (account.actions.running(dropletResource(given)).length === 0) return;
  throw unprocessable("Droplet already has a pending event.");
}

/** `new` until it has been made, then whether its host has power. */
export function dropletStatus(
  account: Account,
  given: Droplet,
): "new" | "active" | "off" {
  const running = account.actions.running(dropletResource(given));
  if (running.some(({ command }) => command === "create")) return "new";
  return account.hosts.isOn(dropletHost(given)) ? "active" : "off";
}

/** A droplet as the API shows it. */
export function renderDroplet(account: Account, given: Droplet): object {
  const size = requireSize(given.size);
  const status = dropletStatus(account, given);
  const running = account.actions.running(dropletResource(given));
  const snapshots = account.snapshots
    .all()
    .filter(({ resource_id }) => resource_id === given.id);
  return {
    id: given.id,
    name: given.name,
    memory: size.memory,
    vcpus: size.vcpus,
    disk: given.disk,
    disk_info: [],
    locked: running.length > 0,
    status,
    kernel: null,
    created_at: given.created_at,
    features: [
      ...(given.vpc ? ["private_networking"] : []),
      ...(given.ipv6 === null ? [] : ["ipv6"]),
    ],
    backup_ids: [],
    next_backup_window: null,
    snapshot_ids: snapshots.map(({ id }) => id),
    image: given.image,
    volume_ids: [],
    size: renderSize(size),
    size_slug: size.slug,
    networks: renderNetworks(account, given),
    region: renderRegion(requireRegion(given.region)),
    tags: given.tags,
    vpc_uuid: given.vpc?.id ?? null,
  };
}

/** A droplet that is being made shows no address yet. */
function renderNetworks(account: Account, given: Droplet): object {
  if (dropletStatus(account, given) === "new") return { v4: [], v6: [] };
  const { address, vpc, ipv6 } = given;
  const { ip, prefix, gateway } = address;
  return {
    v4: [
      renderAddress(ip, prefix, gateway, "public"),
      ...reservedIpsOf(account, given).map((one) =>
        renderAddress(one.ip, prefix, gateway, "public"),
      ),
      ...(vpc ? [renderPrivate(account, vpc)] : []),
    ],
    v6:
      ipv6 === null
        ? []
        : [
            {
              ip_address: `${ipv6}1`,
              netmask: 64,
              gateway: `${ipv6Network(gateway)}1`,
              type: "public",
            },
          ],
  };
}

function renderPrivate(
  account: Account,
  { id, ip }: NonNullable<Droplet["vpc"]>,
): object {
  const { ip_range } = requireVpc(account, id);
  const gateway = addressAt(ip_range, 1);
  return renderAddress(ip, prefixOf(ip_range), gateway, "private");
}

function renderAddress(
  ip_address: string,
  prefix: number,
  gateway: string,
  type: "public" | "private",
): object {
  const netmask = ipaddr.IPv4.subnetMaskFromPrefixLength(prefix).toString();
  return { ip_address, netmask, gateway, type };
}
