import { z } from "zod";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";

const list = z.object({
  snapshots: z
    .array(
      z.object({ id: z.union([z.string(), z.number()]), name: z.string() }),
    )
    .default([]),
});
const answer = z.object({
  snapshot: z.object({
    name: z.string(),
    regions: z.array(z.string()).nullish(),
    created_at: z.string().default(""),
    resource_id: z.string(),
    min_disk_size: z.number().default(0),
    size_gigabytes: z.number().default(0),
  }),
});
const inputs = z.object({ dropletId: z.string(), name: z.string() });
const limit = 60 * 60_000;

/** `digitalocean.DropletSnapshot`: an image of a droplet's disk. */
export const dropletSnapshot: ManagedResource<DigitalOcean> = {
  isAutonamed: true,
  sets: ["regions"],
  create: async ({ api, inputs: given, made, deadline }) => {
    const { dropletId, name } = inputs.parse(given);
    await during("Error creating Droplet Snapshot", () =>
      api.act(
        `POST /droplets/${dropletId}/actions`,
        { name, type: "snapshot" },
        { deadline: deadline ?? Date.now() + limit },
      ),
    );
    const found = list
      .parse(await api.ask(`GET /droplets/${dropletId}/snapshots?per_page=200`))
      .snapshots.filter((one) => one.name === name);
    const [newest] = found.slice(-1);
    if (!newest) throw new Error(`the droplet has no snapshot ${name}`);
    made(String(newest.id));
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing("Error retrieving Droplet snapshot", () =>
      api.ask(`GET /snapshots/${id}`),
    );
    if (found === undefined) return undefined;
    const told = answer.parse(found).snapshot;
    return {
      name: told.name,
      dropletId: told.resource_id,
      regions: told.regions ?? [],
      createdAt: told.created_at,
      minDiskSize: told.min_disk_size,
      size: told.size_gigabytes,
    };
  },
  remove: async ({ api, id }) => {
    await during("Error deleting snapshot", () =>
      api.ask(`DELETE /snapshots/${id}`),
    );
  },
};
