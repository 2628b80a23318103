import { Hono, type Context } from "hono";
import type { Action } from "../action.ts";
import { readBody, readId } from "../http/body.ts";
import { renderAction } from "./action-routes.ts";
import type { Project } from "./project.ts";
import {
  aliasChange,
  attachment,
  attachServer,
  changeAliases,
  detachment,
  detachServer,
} from "./server-network.ts";
import { ensureUnlocked, requireServer, type Server } from "./server.ts";

/** `/servers/:id/actions/<name>`: the private networks that a server is in. */
export function serverNetworkRoutes(project: Project): Hono {
  const app = new Hono();
  const find = (context: Context): Server => {
    const found = requireServer(project, readId(context));
    ensureUnlocked(project, found);
    return found;
  };
  const answer = (context: Context, action: Action) =>
    context.json({ action: renderAction(action) }, 201);
  app
    .post("/:id/actions/attach_to_network", async (context) => {
      const found = find(context);
      const asked = await readBody(context, attachment);
      return answer(context, attachServer(project, found, asked));
    })
    .post("/:id/actions/detach_from_network", async (context) => {
      const found = find(context);
      const asked = await readBody(context, detachment);
      return answer(context, detachServer(project, found, asked));
    })
    .post("/:id/actions/change_alias_ips", async (context) => {
      const found = find(context);
      const asked = await readBody(context, aliasChange);
      return answer(context, changeAliases(project, found, asked));
    });
  return app;
}
