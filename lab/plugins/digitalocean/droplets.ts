import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import { snakeCase } from "../shared/managed/set-order.ts";
import type { DigitalOcean } from "./api.ts";
import {
  describeDroplet,
  dropletAnswer,
  dropletList,
  type Droplet,
} from "./droplet-answer.ts";

const filter = z.object({
  key: z.string(),
  values: z.array(z.string()),
  all: z.boolean().default(false),
  matchBy: z.enum(["exact", "re", "substring"]).default("exact"),
});
const sort = z.object({
  key: z.string(),
  direction: z.enum(["asc", "desc"]).default("asc"),
});
const query = z.object({
  filters: z.array(filter).nullish(),
  sorts: z.array(sort).nullish(),
});
const one = z.object({
  id: z.number().nullish(),
  name: z.string().nullish(),
  tag: z.string().nullish(),
});

/** `digitalocean.getDroplets`: the droplets that all filters let through, all pages of them. */
export async function getDroplets(
  api: DigitalOcean,
  args: PropertyMap,
): Promise<PropertyMap> {
  const { filters, sorts } = query.parse(args);
  const droplets = (await listDroplets(api, "/droplets"))
    .map(told)
    .filter((found) => (filters ?? []).every((each) => passes(found, each)));
  for (const { key, direction } of (sorts ?? []).toReversed()) {
    const sign = direction === "asc" ? 1 : -1;
    droplets.sort((a, b) => sign * compare(at(a, key), at(b, key)));
  }
  return { ...args, id: "droplets", droplets };
}

/** `digitalocean.getDroplet`: the one droplet with an id, a name or a tag. */
export async function getDroplet(
  api: DigitalOcean,
  args: PropertyMap,
): Promise<PropertyMap> {
  const { id, name, tag } = one.parse(args);
  if (id) {
    const answer = dropletAnswer.parse(await api.ask(`GET /droplets/${id}`));
    return { ...args, ...told(answer.droplet) };
  }
  if (!name && !tag)
    throw new Error("one of `id`, `name` or `tag` must be specified");
  const path = tag
    ? `/droplets?tag_name=${encodeURIComponent(tag)}`
    : "/droplets";
  const found = (await listDroplets(api, path)).filter(
    (each) => !name || each.name === name,
  );
  const [droplet] = found;
  if (!droplet || found.length > 1)
    throw new Error(
      `${found.length === 0 ? "no droplet" : "too many droplets"} found with ${tag ? `tag ${tag}` : `name ${name}`}`,
    );
  return { ...args, ...told(droplet) };
}

async function listDroplets(
  api: DigitalOcean,
  path: string,
): Promise<Droplet[]> {
  const pages = await api.pages(path);
  return pages.flatMap((page) => dropletList.parse(page).droplets);
}

function told(found: Droplet): PropertyMap {
  const private6 = found.networks.v6?.find(({ type }) => type === "private");
  return {
    ...describeDroplet(found),
    id: found.id,
    urn: `do:droplet:${found.id}`,
    ipv6AddressPrivate: private6?.ip_address.toLowerCase() ?? "",
    gpuPartitionMode: "",
  };
}

/** A field by the name that a filter gives it, in either spelling. */
function at(droplet: PropertyMap, key: string): unknown {
  const entry = Object.entries(droplet).find(
    ([name]) => name === key || snakeCase(name) === key,
  );
  if (!entry) throw new Error(`droplets have no field ${key}`);
  return entry[1];
}

function passes(
  droplet: PropertyMap,
  { key, values, all, matchBy }: z.infer<typeof filter>,
): boolean {
  const value = at(droplet, key);
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  const isMet = (wanted: string) =>
    texts.some((text) => matches(text, wanted, matchBy));
  return all ? values.every(isMet) : values.some(isMet);
}

function matches(text: string, wanted: string, by: string): boolean {
  if (by === "re") return new RegExp(wanted).test(text);
  return by === "substring" ? text.includes(wanted) : text === wanted;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [one, other] = [String(a), String(b)];
  return one < other ? -1 : Number(one > other);
}
