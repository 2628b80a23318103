import { z } from "zod";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";

const answer = z.object({
  vpc: z.object({
    id: z.string(),
    urn: z.string().default(""),
    name: z.string(),
    description: z.string().nullish(),
    region: z.string(),
    ip_range: z.string(),
    default: z.boolean().default(false),
    created_at: z.string().default(""),
  }),
});
const inputs = z.object({
  name: z.string(),
  region: z.string(),
  ipRange: z.string().optional(),
  description: z.string().optional(),
});

/** `digitalocean.Vpc`: a private network. */
export const vpc: ManagedResource<DigitalOcean> = {
  isAutonamed: true,
  computed: ["ipRange"],
  create: async ({ api, inputs: given, made }) => {
    const { ipRange, ...rest } = inputs.parse(given);
    const body = {
      ...rest,
      ...(ipRange !== undefined && { ip_range: ipRange }),
    };
    const answered = await during("Error creating VPC", () =>
      api.ask("POST /vpcs", body),
    );
    made(answer.parse(answered).vpc.id);
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing("Error reading VPC", () =>
      api.ask(`GET /vpcs/${id}`),
    );
    if (found === undefined) return undefined;
    const told = answer.parse(found).vpc;
    return {
      name: told.name,
      region: told.region,
      ipRange: told.ip_range,
      description: told.description ?? "",
      default: told.default,
      vpcUrn: told.urn,
      createdAt: goTime(told.created_at),
    };
  },
  update: async ({ api, id, inputs: given }) => {
    const { name, description } = inputs.parse(given);
    const body = {
      name,
      ...(description !== undefined && { description }),
      default: false,
    };
    await during("Error updating VPC", () => api.ask(`PUT /vpcs/${id}`, body));
    return undefined;
  },
  remove: async ({ api, id }) => {
    await during("Error deleting VPC", () => api.ask(`DELETE /vpcs/${id}`));
  },
};

/** A time as Go prints it: `2026-01-02 03:04:05 +0000 UTC`. */
function goTime(text: string): string {
  return text.replace(
    /^(\S+)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/,
    (_, day: string, time: string, part = "") =>
      `${day} ${time}${String(part)} +0000 UTC`,
  );
}
