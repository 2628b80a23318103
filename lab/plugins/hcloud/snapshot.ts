import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { labelProblems, labels } from "./labels.ts";

const answer = z.object({
  image: z.object({
    id: z.number(),
    description: z.string().nullish(),
    created_from: z.object({ id: z.number() }).nullish(),
    labels,
  }),
});
const inputs = z.object({
  serverId: z.number(),
  description: z.string().optional(),
  labels,
});

/** `hcloud.Snapshot`: an image of a server's disk. */
export const snapshot: ManagedResource<Hetzner> = {
  problems: labelProblems,
  create: async ({ api, inputs: given, made, deadline }) => {
    const { serverId, description, labels: wanted } = inputs.parse(given);
    const answered = await api.ask(
      `POST /servers/${serverId}/actions/create_image`,
      {
        type: "snapshot",
        ...(description !== undefined && { description }),
        ...(Object.keys(wanted).length > 0 && { labels: wanted }),
      },
    );
    made(String(answer.parse(answered).image.id));
    await api.finish(answered, deadline);
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing(() => api.ask(`GET /images/${id}`));
    return found === undefined ? undefined : outputsOf(found);
  },
  update: async ({ api, id, inputs: given, changed }) => {
    const { description = "", labels: wanted } = inputs.parse(given);
    if (changed.has("description"))
      await api.ask(`PUT /images/${id}`, { description });
    if (changed.has("labels"))
      await api.ask(`PUT /images/${id}`, { labels: wanted });
    return undefined;
  },
  remove: async ({ api, id }) => {
    await api.ask(`DELETE /images/${id}`);
  },
};

function outputsOf(found: unknown): PropertyMap {
  const { created_from, description, labels: told } = answer.parse(found).image;
  return {
    ...(created_from && { serverId: created_from.id }),
    description: description ?? "",
    labels: told,
  };
}
