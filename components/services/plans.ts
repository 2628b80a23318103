import type { ServiceConfigOf, ServiceType } from "../config/service.ts";
import { nginxPlan } from "./nginx/plan.ts";
import { nodeExporterPlan } from "./node-exporter/plan.ts";
import { postgresPlan } from "./postgres/fleet-plan.ts";
import { redisPlan } from "./redis/plan.ts";
import type { ServicePlan } from "./service-plan.ts";

type Plans = { readonly [T in ServiceType]: ServicePlan<ServiceConfigOf<T>> };

const plans: Plans = {
  nginx: nginxPlan,
  "node-exporter": nodeExporterPlan,
  postgres: postgresPlan,
  redis: redisPlan,
};

/** The plan of a service's type. */
export function servicePlan<T extends ServiceType>(service: {
  readonly type: T;
}): ServicePlan<ServiceConfigOf<T>> {
  return plans[service.type];
}
