import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { Found, ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";
import {
  otherEnd,
  rule,
  ruleInputs,
  sentRules,
  toldRules,
} from "./firewall-rule.ts";

const answer = z.object({
  firewall: z.object({
    id: z.string(),
    name: z.string(),
    status: z.string().default(""),
    created_at: z.string().default(""),
    pending_changes: z
      .array(
        z.object({
          droplet_id: z.number().nullish(),
          removing: z.boolean().nullish(),
          status: z.string().nullish(),
        }),
      )
      .nullish(),
    inbound_rules: z.array(rule).nullish(),
    outbound_rules: z.array(rule).nullish(),
    droplet_ids: z.array(z.number()).nullish(),
    tags: z.array(z.string()).nullish(),
  }),
});
const inputs = z.object({
  name: z.string(),
  inboundRules: z.array(ruleInputs).default([]),
  outboundRules: z.array(ruleInputs).default([]),
  dropletIds: z.array(z.number()).nullish(),
  tags: z.array(z.string()).default([]),
});

/** `digitalocean.Firewall`. */
export const firewall: ManagedResource<DigitalOcean> = {
  isAutonamed: true,
  sets: ["dropletIds", "inboundRules", "outboundRules", "tags"],
  refusal: (given) => {
    const { inboundRules, outboundRules } = given;
    return inboundRules || outboundRules
      ? undefined
      : "At least one rule must be specified";
  },
  create: async ({ api, inputs: given, made }) => {
    const answered = await during("Error creating firewall", () =>
      api.ask("POST /firewalls", orderOf(given)),
    );
    made(answer.parse(answered).firewall.id);
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing("Error retrieving firewall", () =>
      api.ask(`GET /firewalls/${id}`),
    );
    return found === undefined
      ? undefined
      : outputsOf(answer.parse(found).firewall);
  },
  update: async ({ api, id, inputs: given }) => {
    await during("Error updating firewall", () =>
      api.ask(`PUT /firewalls/${id}`, orderOf(given)),
    );
    return undefined;
  },
  remove: async ({ api, id }) => {
    await during("Error deleting firewall", () =>
      api.ask(`DELETE /firewalls/${id}`),
    );
  },
};

function orderOf(given: PropertyMap): object {
  const wanted = inputs.parse(given);
  return {
    name: wanted.name,
    inbound_rules: sentRules(wanted.inboundRules, otherEnd.inbound),
    outbound_rules: sentRules(wanted.outboundRules, otherEnd.outbound),
    droplet_ids: wanted.dropletIds ?? null,
    tags: wanted.tags,
  };
}

function outputsOf(found: z.infer<typeof answer>["firewall"]): Found {
  return {
    name: found.name,
    status: found.status,
    createdAt: found.created_at,
    pendingChanges: (found.pending_changes ?? []).map((one) => ({
      dropletId: one.droplet_id ?? 0,
      removing: one.removing ?? false,
      status: one.status ?? "",
    })),
    inboundRules: toldRules(found.inbound_rules ?? [], otherEnd.inbound),
    outboundRules: toldRules(found.outbound_rules ?? [], otherEnd.outbound),
    dropletIds: found.droplet_ids ?? [],
    tags: found.tags ?? [],
  };
}
