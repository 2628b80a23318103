import { z } from "zod";
import { tagsOf } from "../../components/clouds/digitalocean/tags.ts";
import { stackLabels } from "../../components/clouds/name.ts";
import {
  CloudApiError,
  type CloudApi,
} from "../../provider/clouds/cloud-api.ts";
import type { CloudView, LookAtCloud, Offer } from "./cloud-view.ts";

const links = z
  .object({ pages: z.object({ next: z.string().optional() }).optional() })
  .optional();

const droplets = z.object({
  droplets: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      tags: z.array(z.string()),
    }),
  ),
  links,
});

const regions = z.object({
  regions: z.array(z.object({ slug: z.string(), available: z.boolean() })),
  links,
});

const sizes = z.object({
  sizes: z.array(
    z.object({
      slug: z.string(),
      vcpus: z.number(),
      memory: z.number(),
      disk: z.number(),
      price_monthly: z.number(),
      regions: z.array(z.string()),
      available: z.boolean(),
    }),
  ),
  links,
});

const image = z.object({ image: z.object({ id: z.number() }) });

const account = z.object({
  account: z.object({
    droplet_limit: z.number(),
    status: z.string(),
    status_message: z.string().optional(),
  }),
});

/** Looks at the account of DigitalOcean that a token opens. */
export const lookAtDigitalocean: LookAtCloud = async (
  api,
  { stack, images },
) => {
  const own = tagsOf(stackLabels(stack));
  const [about, seen, places, sold, found] = await Promise.all([
    readAccount(api),
    listAll(api, "droplets", droplets, (body) => body.droplets),
    listAll(api, "regions", regions, (body) => body.regions),
    listAll(api, "sizes", sizes, (body) => body.sizes),
    Promise.all(images.map((name) => hasImage(api, name))),
  ]);
  return {
    ...about,
    machines: seen.map(({ id, name, tags }) => ({
      id: String(id),
      name,
      isLabelled: own.every((tag) => tags.includes(tag)),
    })),
    locations: places.filter((one) => one.available).map(({ slug }) => slug),
    offers: sold.filter((one) => one.available).map(toOffer),
    images: new Set(images.filter((_, index) => found[index])),
  };
};

async function listAll<B extends { links?: z.output<typeof links> }, T>(
  api: CloudApi,
  kind: string,
  schema: z.ZodType<B>,
  thingsIn: (body: B) => readonly T[],
): Promise<T[]> {
  return api.list(async (page) => {
    const body = await api.get(`/${kind}?page=${page}&per_page=200`, schema);
    return [thingsIn(body), body.links?.pages?.next !== undefined];
  });
}

/** A token may be made for droplets alone: then nobody says what the account may have. */
async function readAccount(
  api: CloudApi,
): Promise<Pick<CloudView, "limit" | "accountFault">> {
  try {
    const found = (await api.get("/account", account)).account;
    const { droplet_limit: limit, status, status_message: message } = found;
    if (status === "active") return { limit };
    return { limit, accountFault: `is ${status}: ${message ?? ""}` };
  } catch (error) {
    if (error instanceof CloudApiError && error.status === 403) return {};
    throw error;
  }
}

async function hasImage(api: CloudApi, name: string): Promise<boolean> {
  const path = `/images/${encodeURIComponent(name)}`;
  return (await api.find(path, image)) !== undefined;
}

function toOffer(size: z.output<typeof sizes>["sizes"][number]): Offer {
  const { slug, vcpus, memory, disk, price_monthly, regions } = size;
  return {
    name: slug,
    cpus: vcpus,
    memoryMib: memory,
    diskGib: disk,
    prices: Object.fromEntries(regions.map((one) => [one, price_monthly])),
  };
}
