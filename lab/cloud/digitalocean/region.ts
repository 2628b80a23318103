import { Hono } from "hono";
import { unprocessable } from "./account.ts";
import catalog from "./catalog.json" with { type: "json" };
import { answerList } from "./list.ts";

/** A place where droplets are. */
export type Region = (typeof catalog.regions)[number];

/** A size that droplets come in. */
export type Size = (typeof catalog.sizes)[number];

/** A region by its slug; refuses one that there is none of. */
export function requireRegion(slug: string): Region {
  const found = catalog.regions.find((region) => region.slug === slug);
  if (found) return found;
  throw unprocessable("You specified an invalid region for Droplet creation.");
}

/** A size by its slug; refuses one that there is none of. */
export function requireSize(slug: string): Size {
  const found = catalog.sizes.find((size) => size.slug === slug);
  if (found) return found;
  throw unprocessable("You specified an invalid size for Droplet creation.");
}

/** A region as the API shows it. */
export function renderRegion(region: Region): object {
  return {
    ...region,
    features: ["metadata", "image_transfer"],
    available: true,
    sizes: catalog.sizes.map(({ slug }) => slug),
  };
}

/** A size as the API shows it. */
export function renderSize(size: Size): object {
  return {
    ...size,
    regions: catalog.regions.map(({ slug }) => slug),
    available: true,
    description: "Basic",
  };
}

/** `/regions`. */
export function regionRoutes(): Hono {
  const app = new Hono();
  app.get("/", (context) =>
    answerList(context, "regions", catalog.regions, renderRegion),
  );
  return app;
}

/** `/sizes`. */
export function sizeRoutes(): Hono {
  const app = new Hono();
  app.get("/", (context) =>
    answerList(context, "sizes", catalog.sizes, renderSize),
  );
  return app;
}
