import type { Hono } from "hono";
import type { ApiError } from "../http/api-error.ts";
import {
  createProviderApp,
  refuseRoute,
  type ProviderAppOptions,
} from "../http/provider-app.ts";
import { actionRoutes } from "./action-routes.ts";
import { firewallRoutes } from "./firewall-routes.ts";
import { imageRoutes } from "./image.ts";
import { datacenterRoutes, locationRoutes } from "./location.ts";
import { networkRoutes } from "./network-routes.ts";
import { placementGroupRoutes } from "./placement-group.ts";
import { primaryIpRoutes } from "./primary-ip-routes.ts";
import type { Project } from "./project.ts";
import { serverRoutes } from "./server-routes.ts";
import { serverTypeRoutes } from "./server-type.ts";
import { sshKeyRoutes } from "./ssh-key.ts";

/** Hetzner Cloud's API, below `/v1`. */
export function createHetznerApp(
  project: Project,
  options: Omit<ProviderAppOptions, "renderError" | "commit">,
): Hono {
  const { commit } = project;
  const app = createProviderApp({ ...options, renderError, commit });
  app
    .route("/actions", actionRoutes(project))
    .route("/datacenters", datacenterRoutes())
    .route("/firewalls", firewallRoutes(project))
    .route("/images", imageRoutes(project))
    .route("/locations", locationRoutes())
    .route("/networks", networkRoutes(project))
    .route("/placement_groups", placementGroupRoutes(project))
    .route("/primary_ips", primaryIpRoutes(project))
    .route("/server_types", serverTypeRoutes())
    .route("/servers", serverRoutes(project))
    .route("/ssh_keys", sshKeyRoutes(project))
    .all("*", refuseRoute);
  return app;
}

function renderError({ code, message, details }: ApiError): object {
  return { error: { code, message, details } };
}
