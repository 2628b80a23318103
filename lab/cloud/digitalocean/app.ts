import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import type { ApiError } from "../http/api-error.ts";
import {
  createProviderApp,
  refuseRoute,
  type ProviderAppOptions,
} from "../http/provider-app.ts";
import type { Account } from "./account.ts";
import { actionRoutes } from "./action-routes.ts";
import { domainRoutes } from "./domain-routes.ts";
import { dropletRoutes } from "./droplet-routes.ts";
import { firewallRoutes } from "./firewall.ts";
import { imageRoutes } from "./image.ts";
import { keyRoutes } from "./key.ts";
import { regionRoutes, sizeRoutes } from "./region.ts";
import { reservedIpRoutes } from "./reserved-ip-routes.ts";
import { mostReservedIps } from "./reserved-ip.ts";
import { snapshotRoutes } from "./snapshot.ts";
import { vpcRoutes } from "./vpc-routes.ts";
import { tagRoutes } from "./tag.ts";

/** DigitalOcean's API, below `/v2`. */
export function createDigitaloceanApp(
  account: Account,
  options: Omit<ProviderAppOptions, "renderError" | "commit">,
): Hono {
  const { commit } = account;
  const app = createProviderApp({ ...options, renderError, commit });
  app
    .get("/account", (context) => context.json({ account: shownAccount }))
    .route("/account/keys", keyRoutes(account))
    .route("/actions", actionRoutes(account))
    .route("/domains", domainRoutes(account))
    .route("/droplets", dropletRoutes(account))
    .route("/firewalls", firewallRoutes(account))
    .route("/images", imageRoutes(account))
    .route("/regions", regionRoutes())
    .route("/reserved_ips", reservedIpRoutes(account))
    .route("/sizes", sizeRoutes())
    .route("/snapshots", snapshotRoutes(account))
    .route("/tags", tagRoutes(account))
    .route("/vpcs", vpcRoutes(account))
    .all("*", refuseRoute);
  return app;
}

/** Whose token it is; nobody can be written to there. */
const shownAccount = {
  droplet_limit: 244,
  floating_ip_limit: 0,
  reserved_ip_limit: mostReservedIps,
  volume_limit: 0,
  email: "operator@flotilla.internal",
  name: "Flotilla lab",
  uuid: "f1071114-0000-4000-8000-000000000000",
  email_verified: true,
  status: "active",
  status_message: "",
  team: { uuid: "f1071114-0000-4000-8000-000000000001", name: "Flotilla lab" },
};

const ids: Readonly<Record<number, string>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  412: "precondition_failed",
  422: "unprocessable_entity",
  429: "too_many_requests",
  500: "server_error",
  503: "service_unavailable",
};

function renderError({ status, message }: ApiError): object {
  const id = ids[status] ?? "server_error";
  return { id, message, request_id: randomUUID() };
}
