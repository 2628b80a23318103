import { z } from "zod";
import { nginx } from "./nginx.ts";
import { redis } from "./redis.ts";

/** A service, told apart by its `type`. */
export const service = z.discriminatedUnion("type", [nginx, redis]);

export type ServiceConfig = z.output<typeof service>;
