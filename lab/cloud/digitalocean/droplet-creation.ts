import { z } from "zod";
import { ipv6Network } from "../../addresses.ts";
import { now, type Action } from "../action.ts";
import { allot } from "../allot.ts";
import { hostname, userData } from "../hostname.ts";
import { type Account } from "./account.ts";
import { dropletHost, dropletResource, type Droplet } from "./droplet.ts";
import { requireImage } from "./image.ts";
import { requireKeys } from "./key.ts";
import { requireRegion, requireSize } from "./region.ts";
import { snapshotDisk } from "./snapshot.ts";
import { findVpcFor, planMembership } from "./vpc.ts";
import { ensureTags, tagName } from "./tag.ts";

const mostUserDataKib = 64;
const reference = z.union([z.string(), z.number()]);
const orNone = <T>(given: T[] | null | undefined): T[] => given ?? [];
const notServed = z.literal(false).optional();

const wanted = z.strictObject({
  region: z.string(),
  size: z.string(),
  image: reference,
  ssh_keys: z.array(reference).nullish().transform(orNone),
  user_data: userData(mostUserDataKib),
  tags: z.array(tagName).nullish().transform(orNone),
  backups: notServed,
  ipv6: z.boolean().default(false),
  vpc_uuid: z.string().optional(),
  monitoring: notServed,
  private_networking: notServed,
  with_droplet_agent: notServed,
});

/** What one new droplet may be asked to be. */
export const dropletCreation = wanted.extend({ name: hostname });

/** The same of several, which differ in their names. */
export const dropletsCreation = wanted.extend({
  names: z.array(hostname).min(1).max(10),
});

/** Begins to make a droplet: it is `new` until its host boots. */
export async function createDroplet(
  account: Account,
  asked: z.infer<typeof dropletCreation>,
): Promise<{ droplet: Droplet; action: Action }> {
  const droplet = await planDroplet(account, asked);
  ensureTags(account, droplet.tags);
  account.droplets.add(droplet);
  const work = async (): Promise<void> => {
    await installDroplet(account, droplet);
    await account.commit();
    await account.hosts.powerOn(dropletHost(droplet));
  };
  const about = [dropletResource(droplet)];
  return { droplet, action: account.actions.start("create", about, work) };
}

/** Gives a droplet a fresh disk of its image. */
export async function installDroplet(
  account: Account,
  given: Droplet,
): Promise<void> {
  const { image } = given;
  await account.hosts.install(dropletHost(given), {
    ...given.first_boot,
    cpus: requireSize(given.size).vcpus,
    ...(image.type === "snapshot" && { snapshot: snapshotDisk(image.id) }),
  });
}

async function planDroplet(
  account: Account,
  asked: z.infer<typeof dropletCreation>,
): Promise<Droplet> {
  const size = requireSize(asked.size);
  const region = requireRegion(asked.region);
  const image = requireImage(account, asked.image);
  const keys = requireKeys(account, asked.ssh_keys);
  const vpc = findVpcFor(account, region.slug, asked.vpc_uuid);
  const id = account.nextId();
  const membership = planMembership(account, vpc, id);
  const address = await allot(account.hosts, dropletHost({ id }));
  return {
    id,
    name: asked.name,
    created_at: now(),
    size: size.slug,
    region: region.slug,
    image,
    tags: [...new Set(asked.tags)],
    address,
    ipv6: asked.ipv6 ? ipv6Network(address.ip) : null,
    vpc: membership,
    disk: size.disk,
    first_boot: {
      hostname: asked.name,
      userData: asked.user_data,
      authorizedKeys: keys.map(({ public_key }) => public_key),
    },
  };
}
