import { z } from "zod";
import { stackLabels } from "../../components/clouds/name.ts";
import type { CloudApi } from "../../provider/clouds/cloud-api.ts";
import type { LookAtCloud, Offer } from "./cloud-view.ts";

const page = z.object({
  meta: z.object({
    pagination: z.object({ next_page: z.number().nullable() }),
  }),
});

const servers = page.extend({
  servers: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      labels: z.record(z.string(), z.string()),
    }),
  ),
});

const locations = page.extend({
  locations: z.array(z.object({ name: z.string() })),
});

const serverType = z.object({
  name: z.string(),
  cores: z.number(),
  memory: z.number(),
  disk: z.number(),
  architecture: z.string(),
  prices: z.array(
    z.object({
      location: z.string(),
      price_monthly: z.object({ net: z.coerce.number() }),
    }),
  ),
  deprecation: z.object({ unavailable_after: z.string() }).nullish(),
});

const serverTypes = page.extend({ server_types: z.array(serverType) });

const images = z.object({ images: z.array(z.object({ id: z.number() })) });
const image = z.object({ image: z.object({ id: z.number() }) });

/** Looks at the project of Hetzner Cloud that a token opens. */
export const lookAtHetzner: LookAtCloud = async (api, { stack, images }) => {
  const own = Object.entries(stackLabels(stack));
  const [seen, places, types, found] = await Promise.all([
    listAll(api, "servers", servers, (body) => body.servers),
    listAll(api, "locations", locations, (body) => body.locations),
    listAll(api, "server_types", serverTypes, (body) => body.server_types),
    Promise.all(images.map((name) => hasImage(api, name))),
  ]);
  return {
    machines: seen.map(({ id, name, labels }) => ({
      id: String(id),
      name,
      isLabelled: own.every(([key, value]) => labels[key] === value),
    })),
    locations: places.map(({ name }) => name),
    offers: types
      .filter(({ architecture }) => architecture === "x86")
      .map(toOffer),
    images: new Set(images.filter((_, index) => found[index])),
  };
};

async function listAll<B extends z.output<typeof page>, T>(
  api: CloudApi,
  kind: string,
  schema: z.ZodType<B>,
  thingsIn: (body: B) => readonly T[],
): Promise<T[]> {
  return api.list(async (number) => {
    const body = await api.get(`/${kind}?page=${number}&per_page=50`, schema);
    return [thingsIn(body), body.meta.pagination.next_page !== null];
  });
}

async function hasImage(api: CloudApi, name: string): Promise<boolean> {
  if (/^\d+$/.test(name))
    return (await api.find(`/images/${name}`, image)) !== undefined;
  const query = `name=${encodeURIComponent(name)}&architecture=x86`;
  return (await api.get(`/images?${query}`, images)).images.length > 0;
}

function toOffer(type: z.output<typeof serverType>): Offer {
  const { name, cores, memory, disk, prices, deprecation } = type;
  return {
    name,
    cpus: cores,
    memoryMib: memory * 1024,
    diskGib: disk,
    prices: Object.fromEntries(
      prices.map((one) => [one.location, one.price_monthly.net]),
    ),
    soldUntil: deprecation?.unavailable_after.slice(0, 10),
  };
}
