import { z } from "zod";
import { nginx } from "../services/nginx/config.ts";
import { nodeExporter } from "../services/node-exporter/config.ts";
import { postgresService } from "../services/postgres/config.ts";
import { redis } from "../services/redis/config.ts";

/** A service, told apart by its `type`. */
export const service = z.discriminatedUnion("type", [
  nginx,
  nodeExporter,
  postgresService,
  redis,
]);

export type ServiceConfig = z.output<typeof service>;
export type ServiceType = ServiceConfig["type"];
/** The configuration of one type of service. */
export type ServiceConfigOf<T extends ServiceType> = {
  [K in T]: Extract<ServiceConfig, { type: K }>;
}[T];
