import { z } from "zod";

/** What the process of the package cache is told. */
export const cacheSettings = z.strictObject({
  /** Where packages are kept. */
  folder: z.string(),
  /** Whom it listens to. */
  address: z.string(),
  port: z.int(),
  mirrors: z.strictObject({ archive: z.string(), security: z.string() }),
  /** What the mirrors are reached through. */
  proxy: z.string().optional(),
  /** Serves only what it has. */
  offline: z.boolean(),
});

/** What the process of the package cache is told. */
export type CacheSettings = z.infer<typeof cacheSettings>;
