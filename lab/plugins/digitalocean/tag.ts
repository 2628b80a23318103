import { z } from "zod";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";

const counted = z.object({ count: z.number().default(0) }).prefault({});
const answer = z.object({
  tag: z.object({
    name: z.string(),
    resources: z
      .object({
        count: z.number().default(0),
        droplets: counted,
        images: counted,
        volumes: counted,
        volume_snapshots: counted,
        databases: counted,
      })
      .prefault({}),
  }),
});
const inputs = z.object({ name: z.string() });

/** `digitalocean.Tag`. */
export const tag: ManagedResource<DigitalOcean> = {
  isAutonamed: true,
  create: async ({ api, inputs: given, made }) => {
    const { name } = inputs.parse(given);
    const answered = await during("Error creating tag", () =>
      api.ask("POST /tags", { name }),
    );
    made(answer.parse(answered).tag.name);
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing("Error retrieving tag", () =>
      api.ask(`GET /tags/${encodeURIComponent(id)}`),
    );
    if (found === undefined) return undefined;
    const { name, resources } = answer.parse(found).tag;
    return {
      name,
      totalResourceCount: resources.count,
      dropletsCount: resources.droplets.count,
      imagesCount: resources.images.count,
      volumesCount: resources.volumes.count,
      volumeSnapshotsCount: resources.volume_snapshots.count,
      databasesCount: resources.databases.count,
    };
  },
  remove: async ({ api, id }) => {
    await during("Error deleting tag", () =>
      api.ask(`DELETE /tags/${encodeURIComponent(id)}`),
    );
  },
};
