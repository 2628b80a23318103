import { z } from "zod";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";

const answer = z.object({
  domain: z.object({ name: z.string(), ttl: z.number().nullish() }),
});
const inputs = z.object({ name: z.string(), ipAddress: z.string().optional() });

/** `digitalocean.Domain`. */
export const domain: ManagedResource<DigitalOcean> = {
  create: async ({ api, inputs: given, made }) => {
    const { name, ipAddress } = inputs.parse(given);
    const body = {
      name,
      ...(ipAddress !== undefined && { ip_address: ipAddress }),
    };
    const answered = await during("Error creating Domain", () =>
      api.ask("POST /domains", body),
    );
    made(answer.parse(answered).domain.name);
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing("Error retrieving domain", () =>
      api.ask(`GET /domains/${id}`),
    );
    if (found === undefined) return undefined;
    const { name, ttl } = answer.parse(found).domain;
    return { name, ttl: ttl ?? 0, domainUrn: `do:domain:${name}` };
  },
  remove: async ({ api, id }) => {
    await during("Error deleting Domain", () =>
      api.ask(`DELETE /domains/${id}`),
    );
  },
};
