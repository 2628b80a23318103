import { z } from "zod";

/** What the process of the package cache is told. */
export const cacheSettings = z.strictObject({
  /** Where packages are kept. */
  folder: z.string(),
  /** Whom it listens to. */
  address: z.string(),
  port: z.int(),
  /** Whoever asks here gets only what is there. */
  offlinePort: z.int(),
  mirrors: z.strictObject({ archive: z.string(), security: z.string() }),
  /** What the mirrors are reached through. */
  proxy: z.string().optional(),
});

/** What the process of the package cache is told. */
export type CacheSettings = z.infer<typeof cacheSettings>;
