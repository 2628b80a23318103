import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { labelProblems, labels } from "./labels.ts";

const answer = z.object({
  primary_ip: z.object({
    id: z.number(),
    name: z.string(),
    ip: z.string(),
    type: z.string(),
    assignee_id: z.number().nullish(),
    assignee_type: z.string().default("server"),
    auto_delete: z.boolean().default(false),
    location: z.object({ name: z.string() }).nullish(),
    protection: z.object({ delete: z.boolean() }).nullish(),
    labels,
  }),
});
const inputs = z.object({
  name: z.string(),
  type: z.string(),
  labels,
  autoDelete: z.boolean().optional(),
  location: z.string().optional(),
  assigneeId: z.number().optional(),
  assigneeType: z.string().optional(),
  deleteProtection: z.boolean().default(false),
});

type Inputs = z.infer<typeof inputs>;

/** `hcloud.PrimaryIp`. */
export const primaryIp: ManagedResource<Hetzner> = {
  style: "framework",
  isAutonamed: true,
  computed: [
    "assigneeId",
    "assigneeType",
    "autoDelete",
    "datacenter",
    "location",
  ],
  defaults: { deleteProtection: false, labels: {} },
  replaces: ["location", "type"],
  toldBeside: ["assigneeId", "datacenter", "labels"],
  checkRefusal: (given) =>
    (given["location"] === undefined) === (given["assigneeId"] === undefined)
      ? {
          title: "Missing Attribute Configuration",
          message:
            "Exactly one of these attributes must be configured: [location,assignee_id]",
        }
      : undefined,
  problems: labelProblems,
  create: async ({ api, inputs: given, made, deadline }) => {
    const wanted = inputs.parse(given);
    const answered = await api.ask("POST /primary_ips", orderOf(wanted));
    const { id } = answer.parse(answered).primary_ip;
    made(String(id));
    await api.finish(answered, deadline);
    if (wanted.deleteProtection)
      await api.act(
        `POST /primary_ips/${id}/actions/change_protection`,
        { delete: true },
        deadline,
      );
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing(() => api.ask(`GET /primary_ips/${id}`));
    return found === undefined ? undefined : outputsOf(found);
  },
  update: async ({ api, id, inputs: given, changed, deadline }) => {
    const wanted = inputs.parse(given);
    const path = `POST /primary_ips/${id}/actions`;
    const body = {
      ...(changed.has("name") && { name: wanted.name }),
      ...(changed.has("labels") && { labels: wanted.labels }),
      ...(changed.has("autoDelete") && { auto_delete: wanted.autoDelete }),
    };
    if (changed.has("assigneeId"))
      await api.act(`${path}/assign`, assignment(wanted), deadline);
    if (changed.has("deleteProtection")) {
      const protection = { delete: wanted.deleteProtection };
      await api.act(`${path}/change_protection`, protection, deadline);
    }
    if (Object.keys(body).length === 0) return undefined;
    return outputsOf(await api.ask(`PUT /primary_ips/${id}`, body));
  },
  remove: async ({ api, id }) => {
    await api.ask(`DELETE /primary_ips/${id}`);
  },
};

function orderOf(wanted: Inputs): object {
  return {
    name: wanted.name,
    type: wanted.type,
    labels: wanted.labels,
    ...(wanted.autoDelete !== undefined && { auto_delete: wanted.autoDelete }),
    ...(wanted.location !== undefined && { location: wanted.location }),
    ...(wanted.assigneeId !== undefined && assignment(wanted)),
  };
}

function assignment({ assigneeId, assigneeType = "server" }: Inputs): object {
  return { assignee_id: assigneeId, assignee_type: assigneeType };
}

function outputsOf(found: unknown): PropertyMap {
  const told = answer.parse(found).primary_ip;
  return {
    name: told.name,
    type: told.type,
    labels: told.labels,
    location: told.location?.name ?? "",
    assigneeId: told.assignee_id ?? 0,
    assigneeType: told.assignee_type,
    autoDelete: told.auto_delete,
    deleteProtection: told.protection?.delete ?? false,
    ...(told.type === "ipv6"
      ? { ipAddress: told.ip.replace(/\/\d+$/, "1"), ipNetwork: told.ip }
      : { ipAddress: told.ip }),
  };
}
