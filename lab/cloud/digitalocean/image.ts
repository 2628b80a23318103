import { Hono } from "hono";
import { z } from "zod";
import { gone, unprocessable, type Account } from "./account.ts";
import catalog from "./catalog.json" with { type: "json" };
import { answerList } from "./list.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a droplet's disk begins as: Debian 12, or a snapshot. */
export const image = z.strictObject({
  id: z.number().int(),
  slug: z.string().nullable(),
  name: z.string(),
  distribution: z.string(),
  public: z.boolean(),
  type: z.enum(["base", "snapshot"]),
  regions: z.array(z.string()),
  created_at: z.string(),
  min_disk_size: z.number(),
  size_gigabytes: z.number(),
  description: z.string(),
  tags: z.array(z.string()),
  status: z.literal("available"),
});

/** One image, as it is kept and shown. */
export type Image = z.infer<typeof image>;

const baseImages: readonly Image[] = catalog.images.map((entry) => ({
  ...entry,
  public: true,
  type: "base",
  regions: catalog.regions.map(({ slug }) => slug),
  created_at: "2023-06-13T06:00:00Z",
  description: "",
  tags: [],
  status: "available",
}));

/** An image by number or slug; refuses one that there is none of. */
export function requireImage(account: Account, given: string | number): Image {
  const found = findImage(account, String(given));
  if (found) return found;
  throw unprocessable("You specified an invalid image for Droplet creation.");
}

/** `/images`. */
export function imageRoutes(account: Account): Hono {
  const app = new Hono();
  app
    .get("/", (context) => {
      const isPrivate = context.req.query("private") === "true";
      const found = allImages(account).filter(
        (entry) => !isPrivate || !entry.public,
      );
      return answerList(context, "images", found, (entry) => entry);
    })
    .get("/:id", (context) => {
      const found = findImage(account, context.req.param("id"));
      if (!found) throw gone();
      return context.json({ image: found });
    });
  return app;
}

function findImage(account: Account, given: string): Image | undefined {
  return allImages(account).find(
    ({ id, slug }) => String(id) === given || slug === given,
  );
}

function allImages(account: Account): Image[] {
  return [...baseImages, ...account.snapshots.all().map(toImage)];
}

function toImage(given: Snapshot): Image {
  return {
    id: given.id,
    slug: null,
    name: given.name,
    distribution: "Debian",
    public: false,
    type: "snapshot",
    regions: [given.region],
    created_at: given.created_at,
    min_disk_size: given.min_disk_size,
    size_gigabytes: given.size_gigabytes,
    description: "",
    tags: [],
    status: "available",
  };
}
