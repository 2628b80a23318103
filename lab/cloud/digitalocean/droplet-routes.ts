import { Hono, type Context } from "hono";
import { readBody, readId } from "../http/body.ts";
import type { Account } from "./account.ts";
import { dropletActionListRoutes, renderAction } from "./action-routes.ts";
import { dropletAction, startDropletAction } from "./droplet-action.ts";
import { createDroplet, dropletCreation } from "./droplet-creation.ts";
import {
  dropletHost,
  ensureIdle,
  renderDroplet,
  requireDroplet,
  type Droplet,
} from "./droplet.ts";
import { answerList } from "./list.ts";
import { renderSnapshot } from "./snapshot.ts";

/** `/droplets`. */
export function dropletRoutes(account: Account): Hono {
  const find = (context: Context) => requireDroplet(account, readId(context));
  const render = (given: Droplet) => renderDroplet(account, given);
  const app = new Hono();
  app
    .get("/", (context) => {
      const { name, tag_name: tag } = context.req.query();
      const found = account.droplets
        .all()
        .filter((given) => (name ?? given.name) === given.name)
        .filter(({ tags }) => tag === undefined || tags.includes(tag));
      return answerList(context, "droplets", found, render);
    })
    .get("/:id", (context) => context.json({ droplet: render(find(context)) }))
    .post("/", async (context) => {
      const asked = await readBody(context, dropletCreation);
      const { droplet, action } = await createDroplet(account, asked);
      const href = new URL(`/v2/actions/${action.id}`, context.req.url).href;
      const links = { actions: [{ id: action.id, rel: "create", href }] };
      return context.json({ droplet: render(droplet), links }, 202);
    })
    .delete("/:id", async (context) => {
      await remove(account, find(context));
      return context.body(null, 204);
    })
    .post("/:id/actions", async (context) => {
      const found = find(context);
      const asked = await readBody(context, dropletAction);
      const action = startDropletAction(account, found, asked);
      return context.json({ action: renderAction(account, action) }, 201);
    })
    .get("/:id/snapshots", (context) => {
      const { id } = find(context);
      const found = account.snapshots
        .all()
        .filter(({ resource_id }) => resource_id === id);
      return answerList(context, "snapshots", found, renderSnapshot);
    })
    .route("/", dropletActionListRoutes(account));
  return app;
}

async function remove(account: Account, given: Droplet): Promise<void> {
  ensureIdle(account, given);
  await account.hosts.remove(dropletHost(given));
  account.droplets.remove(given.id);
  for (const firewall of account.firewalls.all())
    firewall.droplet_ids = firewall.droplet_ids.filter((id) => id !== given.id);
}
