import { Hono } from "hono";
import { z } from "zod";
import { ApiError, invalid, notFound } from "../http/api-error.ts";
import { readBody, readId } from "../http/body.ts";
import catalog from "./catalog.json" with { type: "json" };
import { labels } from "./label.ts";
import { answerList } from "./list.ts";
import type { Project } from "./project.ts";

/** What a server's disk begins as: Debian 12, or a snapshot. */
export const image = z.strictObject({
  id: z.number().int(),
  type: z.enum(["system", "snapshot"]),
  status: z.enum(["available", "creating"]),
  name: z.string().nullable(),
  description: z.string(),
  image_size: z.number().nullable(),
  disk_size: z.number(),
  created: z.string(),
  created_from: z.strictObject({ id: z.number(), name: z.string() }).nullable(),
  bound_to: z.null(),
  os_flavor: z.string(),
  os_version: z.string().nullable(),
  rapid_deploy: z.boolean(),
  protection: z.strictObject({ delete: z.boolean() }),
  deprecated: z.null(),
  deleted: z.null(),
  labels,
  architecture: z.string(),
});

/** One image, as it is kept and shown. */
export type Image = z.infer<typeof image>;

/** What is the same of all images. */
export const blankImage = {
  status: "available",
  image_size: null,
  disk_size: 5,
  created: "2023-06-13T06:00:00+00:00",
  created_from: null,
  bound_to: null,
  os_flavor: "debian",
  os_version: "12",
  rapid_deploy: true,
  protection: { delete: false },
  deprecated: null,
  deleted: null,
  labels: {},
  architecture: "x86",
} as const satisfies Partial<Image>;

/** The images that everybody has. */
const systemImages: readonly Image[] = catalog.images.map((entry) => ({
  ...blankImage,
  ...entry,
  type: "system",
}));

/** The name that a snapshot's disk lies under. */
export function snapshotName(id: number): string {
  return `image-${id}`;
}

/** An image by number or name; refuses one that there is none of, or that is not ready. */
export function requireImage(project: Project, given: string | number): Image {
  const found = [...systemImages, ...project.images.all()].find(
    ({ id, name }) => String(id) === String(given) || name === given,
  );
  if (!found) throw invalid("image", `there is no image ${given}`);
  if (found.status === "available") return found;
  throw new ApiError(423, "locked", "image is still being created");
}

const change = z.strictObject({
  description: z.string().optional(),
  type: z.literal("snapshot").optional(),
  labels: labels.optional(),
});

/** `/images`. */
export function imageRoutes(project: Project): Hono {
  const requireOwn = (id: number): Image => {
    const found = project.images.get(id);
    if (!found) throw notFound(`image with ID '${id}'`);
    return found;
  };
  const app = new Hono();
  app
    .get("/", (context) => {
      const all = [...systemImages, ...project.images.all()];
      const types = context.req.queries("type") ?? [];
      const architectures = context.req.queries("architecture") ?? [];
      const found = all.filter(
        (entry) =>
          (types.length === 0 || types.includes(entry.type)) &&
          (architectures.length === 0 ||
            architectures.includes(entry.architecture)),
      );
      return answerList(context, "images", found, (entry) => entry);
    })
    .get("/:id", (context) => {
      const id = readId(context);
      const system = systemImages.find((entry) => entry.id === id);
      return context.json({ image: system ?? requireOwn(id) });
    })
    .put("/:id", async (context) => {
      const found = requireOwn(readId(context));
      Object.assign(found, await readBody(context, change));
      return context.json({ image: found });
    })
    .delete("/:id", async (context) => {
      const { id } = requireOwn(readId(context));
      project.images.remove(id);
      await project.hosts.removeSnapshot(snapshotName(id));
      return context.body(null, 204);
    });
  return app;
}
