import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";

const address = z.object({ ip_address: z.string(), type: z.string() });

const droplet = z.object({
  id: z.number(),
  name: z.string().default(""),
  memory: z.number().default(0),
  vcpus: z.number().default(0),
  disk: z.number().default(0),
  locked: z.boolean().default(false),
  status: z.string().default(""),
  created_at: z.string().default(""),
  features: z.array(z.string()).nullish(),
  image: z.object({ id: z.number(), slug: z.string().nullish() }).nullish(),
  volume_ids: z.array(z.string()).nullish(),
  size: z.object({
    price_monthly: z.number().default(0),
    price_hourly: z.number().default(0),
  }),
  size_slug: z.string().default(""),
  networks: z.object({
    v4: z.array(address).nullish(),
    v6: z.array(address).nullish(),
  }),
  region: z.object({ slug: z.string() }),
  tags: z.array(z.string()).nullish(),
  vpc_uuid: z.string().nullish(),
});

/** An answer with a droplet. */
export const dropletAnswer = z.object({ droplet });

/** A page of droplets. */
export const dropletList = z.object({ droplets: z.array(droplet).default([]) });

/** A droplet as the API tells it. */
export type Droplet = z.infer<typeof droplet>;

/** What the API tells of a droplet, by the names that outputs have. */
export function describeDroplet(found: Droplet): PropertyMap {
  const { v4, v6 } = found.networks;
  const first = (list: typeof v4, type: string) =>
    list?.find((one) => one.type === type)?.ip_address ?? "";
  const has = (feature: string) => found.features?.includes(feature) ?? false;
  return {
    name: found.name,
    region: found.region.slug,
    size: found.size_slug,
    image: found.image?.slug ?? String(found.image?.id ?? ""),
    status: found.status,
    locked: found.locked,
    createdAt: found.created_at,
    ...{ disk: found.disk, memory: found.memory, vcpus: found.vcpus },
    priceHourly: found.size.price_hourly,
    priceMonthly: found.size.price_monthly,
    ipv4Address: first(v4, "public"),
    ipv4AddressPrivate: first(v4, "private"),
    ipv6Address: first(v6, "public").toLowerCase(),
    backups: has("backups"),
    ipv6: has("ipv6"),
    monitoring: has("monitoring"),
    privateNetworking: found.features ? has("private_networking") : null,
    tags: found.tags ?? [],
    volumeIds: found.volume_ids ?? [],
    vpcUuid: found.vpc_uuid ?? "",
  };
}
