import { randomUUID } from "node:crypto";
import { z } from "zod";
import { overlaps } from "../../network.ts";
import { now } from "../action.ts";
import { privateMac } from "../mac.ts";
import { addressAt, freeAddress } from "../private-range.ts";
import { gone, unprocessable, type Account } from "./account.ts";
import type { Droplet } from "./droplet.ts";

/** A private network of droplets in one region. */
export const vpc = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  region: z.string(),
  ip_range: z.string(),
  default: z.boolean(),
  created_at: z.string(),
  /** Its number among the private networks of the lab. */
  wire: z.number().int(),
});

/** One VPC, as it is kept. */
export type Vpc = z.infer<typeof vpc>;

/** A VPC by its id; refuses one that there is none of. */
export function requireVpc(account: Account, id: string): Vpc {
  const found = account.vpcs.get(id);
  if (!found) throw gone();
  return found;
}

/** The droplets that are in a VPC. */
export function membersOf(account: Account, { id }: Vpc): Droplet[] {
  return account.droplets.all().filter(({ vpc }) => vpc?.id === id);
}

/** The VPC of a new droplet: the one asked for, else the region's default one, which is made when it is first needed. */
export function findVpcFor(
  account: Account,
  region: string,
  asked: string | undefined,
): Vpc {
  const ofRegion = account.vpcs.all().filter((vpc) => vpc.region === region);
  if (asked !== undefined) {
    const found = ofRegion.find(({ id }) => id === asked);
    if (found) return found;
    throw unprocessable("VPC UUID is invalid or in another region.");
  }
  const usual = ofRegion.find((vpc) => vpc.default);
  if (usual) return usual;
  const name = `default-${region}`;
  return addVpc(account, { name, description: "", region, default: true });
}

/** Makes a VPC; without a range it gets one that is free. */
export function addVpc(
  account: Account,
  asked: Pick<Vpc, "name" | "description" | "region" | "default"> & {
    readonly ip_range?: string | undefined;
  },
): Vpc {
  const ip_range = asked.ip_range ?? freeRange(account);
  const wire = account.nextId();
  const kept = { id: randomUUID(), ...asked, ip_range, wire };
  return account.vpcs.add({ ...kept, created_at: now() });
}

/** Refuses a range that another VPC has a part of, or the lab's public addresses. */
export function ensureRangeIsFree(account: Account, range: string): void {
  if (!takenRanges(account).some((other) => overlaps(other, range))) return;
  throw unprocessable(
    "This range/size overlaps with another VPC network in your account.",
  );
}

/** A place in a VPC for a new droplet. */
export function planMembership(
  account: Account,
  given: Vpc,
  droplet: number,
): NonNullable<Droplet["vpc"]> {
  const members = membersOf(account, given).flatMap(({ vpc }) => vpc ?? []);
  const gateway = addressAt(given.ip_range, 1);
  const taken = new Set([gateway, ...members.map(({ ip }) => ip)]);
  const ip = freeAddress(given.ip_range, taken);
  if (ip === undefined) throw unprocessable("This VPC network is full.");
  return { id: given.id, ip, mac: privateMac(given.id, droplet) };
}

function takenRanges({ vpcs, hosts }: Account): string[] {
  return [hosts.range, ...vpcs.all().map(({ ip_range }) => ip_range)];
}

/** The lowest free /20 of those that DigitalOcean gives, or of others where the lab itself is there. */
function freeRange(account: Account): string {
  const taken = takenRanges(account);
  for (const all of ["10.108.0.0/16", "172.16.0.0/16", "192.168.0.0/16"])
    for (let index = 0; index < 16; index++) {
      const range = `${addressAt(all, index * 4096)}/20`;
      if (!taken.some((other) => overlaps(other, range))) return range;
    }
  throw unprocessable("No range is free for another VPC network.");
}
