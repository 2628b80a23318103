import { z } from "zod";
import type { InputProblem } from "../shared/bridged/resource.ts";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { labelProblems, labels } from "./labels.ts";

const answer = z.object({
  placement_group: z.object({
    id: z.number(),
    name: z.string(),
    type: z.string(),
    labels,
    servers: z.array(z.number()).nullish(),
  }),
});
const inputs = z.object({ name: z.string(), type: z.string(), labels });

/** `hcloud.PlacementGroup`: servers that stand on different machines. */
export const placementGroup: ManagedResource<Hetzner> = {
  isAutonamed: true,
  problems: (given) => [...typeProblems(given), ...labelProblems(given)],
  create: async ({ api, inputs: given, made }) => {
    const { labels: wanted, ...rest } = inputs.parse(given);
    const answered = await api.ask("POST /placement_groups", {
      ...rest,
      ...(Object.keys(wanted).length > 0 && { labels: wanted }),
    });
    made(String(answer.parse(answered).placement_group.id));
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing(() =>
      api.ask(`GET /placement_groups/${id}`),
    );
    if (found === undefined) return undefined;
    const {
      name,
      type,
      servers,
      labels: told,
    } = answer.parse(found).placement_group;
    return { name, type, labels: told, servers: servers ?? [] };
  },
  update: async ({ api, id, inputs: given, changed }) => {
    const { name, labels: wanted } = inputs.parse(given);
    await api.ask(`PUT /placement_groups/${id}`, {
      ...(changed.has("name") && { name }),
      ...(changed.has("labels") && { labels: wanted }),
    });
    return undefined;
  },
  remove: async ({ api, id }) => {
    await api.ask(`DELETE /placement_groups/${id}`);
  },
};

function typeProblems({ type }: PropertyMap): InputProblem[] {
  if (typeof type !== "string" || type === "spread") return [];
  const reason = `${type} is not a valid placement group type.`;
  return [{ property: "type", reason }];
}
