import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { hostname } from "../hostname.ts";
import { readBody, readId } from "../http/body.ts";
import { renderAction, resourceActionRoutes } from "./action-routes.ts";
import { labels } from "./label.ts";
import { answerList } from "./list.ts";
import { addressesOf } from "./primary-ip.ts";
import { ensureNameIsFree, type Project } from "./project.ts";
import { serverActionRoutes } from "./server-action-routes.ts";
import { createServer, serverCreation } from "./server-creation.ts";
import {
  ensureUnlocked,
  hostName,
  renderServer,
  requireServer,
  serverResource,
  serverStatus,
  type Server,
} from "./server.ts";

const change = z.strictObject({
  name: hostname.optional(),
  labels: labels.optional(),
});

/** `/servers`. */
export function serverRoutes(project: Project): Hono {
  const { servers } = project;
  const render = (given: Server) => renderServer(project, given);
  const app = new Hono();
  app
    .get("/", (context) => {
      const all = servers.all().map((given) => ({
        ...given,
        status: serverStatus(project, given),
      }));
      return answerList(context, "servers", all, render);
    })
    .get("/:id", (context) =>
      context.json({ server: render(requireServer(project, readId(context))) }),
    )
    .post("/", async (context) => {
      const asked = await readBody(context, serverCreation);
      const made = await createServer(project, asked);
      const body = {
        server: render(made.server),
        action: renderAction(made.action),
        next_actions: made.nextActions.map(renderAction),
        root_password: made.rootPassword,
      };
      return context.json(body, 201);
    })
    .put("/:id", async (context) => {
      const found = requireServer(project, readId(context));
      const asked = await readBody(context, change);
      if (asked.name !== undefined)
        ensureNameIsFree("server", servers, asked.name, found.id);
      Object.assign(found, asked);
      return context.json({ server: render(found) });
    })
    .delete("/:id", (context) => {
      const found = requireServer(project, readId(context));
      return context.json({ action: renderAction(remove(project, found)) });
    })
    .route("/", serverActionRoutes(project))
    .route(
      "/",
      resourceActionRoutes(project, (id) =>
        serverResource(requireServer(project, id)),
      ),
    );
  return app;
}

function remove(project: Project, given: Server) {
  if (given.protection.delete)
    throw new ApiError(423, "protected", "server deletion is protected");
  ensureUnlocked(project, given);
  const work = async (): Promise<void> => {
    await project.hosts.remove(hostName(given));
    project.servers.remove(given.id);
    for (const primaryIp of addressesOf(project, given))
      if (primaryIp.auto_delete) project.primaryIps.remove(primaryIp.id);
    forgetTargets(project, given);
  };
  return project.actions.start("delete_server", [serverResource(given)], work);
}

function forgetTargets(project: Project, { id }: Server): void {
  for (const firewall of project.firewalls.all())
    firewall.applied_to = firewall.applied_to.filter(
      (target) => target.type !== "server" || target.server.id !== id,
    );
}
