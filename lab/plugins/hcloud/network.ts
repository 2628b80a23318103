import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { InputProblem } from "../shared/bridged/resource.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { labelProblems, labels } from "./labels.ts";

/** A network as the API tells it. */
export const networkAnswer = z.object({
  network: z.object({
    id: z.number(),
    name: z.string(),
    ip_range: z.string(),
    labels,
    expose_routes_to_vswitch: z.boolean().default(false),
    protection: z.object({ delete: z.boolean() }).nullish(),
    subnets: z
      .array(
        z.object({
          type: z.string(),
          ip_range: z.string(),
          network_zone: z.string(),
          gateway: z.string().nullish(),
          vswitch_id: z.number().nullish(),
        }),
      )
      .nullish(),
  }),
});
const inputs = z.object({
  name: z.string(),
  ipRange: z.string(),
  labels,
  exposeRoutesToVswitch: z.boolean().default(false),
  deleteProtection: z.boolean().default(false),
});

/** `hcloud.Network`. */
export const network: ManagedResource<Hetzner> = {
  isAutonamed: true,
  defaults: { deleteProtection: false, exposeRoutesToVswitch: false },
  problems: (given) => [...rangeProblems(given), ...labelProblems(given)],
  create: async ({ api, inputs: given, made, deadline }) => {
    const wanted = inputs.parse(given);
    const answer = await api.ask("POST /networks", {
      name: wanted.name,
      ip_range: wanted.ipRange,
      expose_routes_to_vswitch: wanted.exposeRoutesToVswitch,
      ...(Object.keys(wanted.labels).length > 0 && { labels: wanted.labels }),
    });
    const { id } = networkAnswer.parse(answer).network;
    made(String(id));
    if (wanted.deleteProtection)
      await protect(api, id, { isOn: true, deadline });
    return undefined;
  },
  read: async ({ api, id }) => readNetwork(api, id),
  update: async ({ api, id, inputs: given, changed, deadline }) => {
    const wanted = inputs.parse(given);
    if (!(await readNetwork(api, id))) return "gone";
    const body = {
      ...(changed.has("name") && { name: wanted.name }),
      ...(changed.has("labels") && { labels: wanted.labels }),
      ...(changed.has("exposeRoutesToVswitch") && {
        expose_routes_to_vswitch: wanted.exposeRoutesToVswitch,
      }),
    };
    if (Object.keys(body).length > 0)
      await api.ask(`PUT /networks/${id}`, body);
    if (changed.has("deleteProtection"))
      await protect(api, id, { isOn: wanted.deleteProtection, deadline });
    return undefined;
  },
  remove: async ({ api, id }) => {
    await api.ask(`DELETE /networks/${id}`);
  },
};

async function protect(
  api: Hetzner,
  id: number | string,
  { isOn, deadline }: { isOn: boolean; deadline: number | undefined },
): Promise<void> {
  const path = `POST /networks/${id}/actions/change_protection`;
  await api.act(path, { delete: isOn }, deadline);
}

async function readNetwork(
  api: Hetzner,
  id: string,
): Promise<PropertyMap | undefined> {
  const found = await unlessMissing(() => api.ask(`GET /networks/${id}`));
  if (found === undefined) return undefined;
  const told = networkAnswer.parse(found).network;
  return {
    name: told.name,
    ipRange: told.ip_range,
    labels: told.labels,
    exposeRoutesToVswitch: told.expose_routes_to_vswitch,
    deleteProtection: told.protection?.delete ?? false,
  };
}

function rangeProblems({ ipRange }: PropertyMap): InputProblem[] {
  if (typeof ipRange !== "string" || ipaddr.isValidCIDR(ipRange)) return [];
  const reason = `invalid CIDR address: ${ipRange}.`;
  return [{ property: "ipRange", reason }];
}
