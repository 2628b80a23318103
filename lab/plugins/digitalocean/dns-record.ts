import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";

const answer = z.object({
  domain_record: z.object({
    id: z.number(),
    type: z.string(),
    name: z.string(),
    data: z.string(),
    priority: z.number().nullish(),
    port: z.number().nullish(),
    ttl: z.number().nullish(),
    weight: z.number().nullish(),
    flags: z.number().nullish(),
    tag: z.string().nullish(),
  }),
});
const inputs = z.object({
  domain: z.string(),
  type: z.string(),
  name: z.string(),
  value: z.string(),
  priority: z.number().default(0),
  port: z.number().default(0),
  ttl: z.number().optional(),
  weight: z.number().default(0),
  flags: z.number().default(0),
  tag: z.string().optional(),
});
const place = z.object({ domain: z.string() });

/** `digitalocean.DnsRecord`. */
export const dnsRecord: ManagedResource<DigitalOcean> = {
  isAutonamed: true,
  computed: ["ttl"],
  create: async ({ api, inputs: given, made }) => {
    const { domain, type } = inputs.parse(given);
    const answered = await during("Failed to create record", () =>
      api.ask(`POST /domains/${domain}/records`, { type, ...orderOf(given) }),
    );
    made(String(answer.parse(answered).domain_record.id));
    return undefined;
  },
  read: async ({ api, id, state }) => {
    const { domain } = place.parse(state);
    const found = await unlessMissing("Error retrieving record", () =>
      api.ask(`GET /domains/${domain}/records/${id}`),
    );
    return found === undefined ? undefined : outputsOf(found, state);
  },
  update: async ({ api, id, inputs: given }) => {
    const { domain } = place.parse(given);
    await during("Failed to update record", () =>
      api.ask(`PUT /domains/${domain}/records/${id}`, orderOf(given)),
    );
    return undefined;
  },
  remove: async ({ api, id, state }) => {
    const { domain } = place.parse(state);
    await during("Error deleting record", () =>
      api.ask(`DELETE /domains/${domain}/records/${id}`),
    );
  },
};

function orderOf(given: PropertyMap): object {
  const wanted = inputs.parse(given);
  return {
    name: wanted.name,
    data: wanted.value,
    ...{ priority: wanted.priority, port: wanted.port },
    ...(wanted.ttl !== undefined && { ttl: wanted.ttl }),
    ...{ weight: wanted.weight, flags: wanted.flags },
    ...(wanted.tag !== undefined && { tag: wanted.tag }),
  };
}

function outputsOf(found: unknown, state: PropertyMap): PropertyMap {
  const told = answer.parse(found).domain_record;
  const { domain } = place.parse(state);
  const isSame = String(state["value"]).replace(/\.$/, "") === told.data;
  return {
    ...{ domain, type: told.type, name: told.name },
    // A name's dot at its end is not told by the API.
    value: isSame ? state["value"] : told.data,
    fqdn: told.name === "@" ? domain : `${told.name}.${domain}`,
    ...{ priority: told.priority ?? 0, port: told.port ?? 0 },
    ...{ ttl: told.ttl ?? 0, weight: told.weight ?? 0 },
    ...{ flags: told.flags ?? 0, tag: told.tag ?? "" },
  };
}
