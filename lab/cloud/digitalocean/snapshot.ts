import { Hono, type Context } from "hono";
import { z } from "zod";
import { gone, type Account } from "./account.ts";
import { answerList } from "./list.ts";

/** A copy of a droplet's disk. */
export const snapshot = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  region: z.string(),
  created_at: z.string(),
  /** The droplet that it was taken of. */
  resource_id: z.number().int(),
  min_disk_size: z.number(),
  size_gigabytes: z.number(),
});

/** One snapshot, as it is kept. */
export type Snapshot = z.infer<typeof snapshot>;

/** The name that a snapshot's disk lies under. */
export function snapshotDisk(id: number): string {
  return `snapshot-${id}`;
}

/** A snapshot as lists of a droplet's own show it. */
export function renderSnapshot(given: Snapshot): object {
  const { region, resource_id, ...shown } = given;
  return {
    ...shown,
    regions: [region],
    resource_id: String(resource_id),
    resource_type: "droplet",
    tags: [],
  };
}

/** `/snapshots`, whose ids are text. */
export function snapshotRoutes(account: Account): Hono {
  const require = (context: Context): Snapshot => {
    const found = account.snapshots.get(context.req.param("id") ?? "");
    if (!found) throw gone();
    return found;
  };
  const render = (given: Snapshot) => ({
    ...renderSnapshot(given),
    id: String(given.id),
  });
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "snapshots", account.snapshots.all(), render),
    )
    .get("/:id", (context) =>
      context.json({ snapshot: render(require(context)) }),
    )
    .delete("/:id", async (context) => {
      const { id } = require(context);
      account.snapshots.remove(id);
      await account.hosts.removeSnapshot(snapshotDisk(id));
      return context.body(null, 204);
    });
  return app;
}
