import { Hono, type Context } from "hono";
import { z } from "zod";
import type { Action } from "../action.ts";
import { readBody, readId } from "../http/body.ts";
import { unprocessable, type Account } from "./account.ts";
import { dropletActionListRoutes, renderAction } from "./action-routes.ts";
import { dropletAction, startDropletAction } from "./droplet-action.ts";
import {
  createDroplet,
  dropletCreation,
  dropletsCreation,
} from "./droplet-creation.ts";
import {
  dropletHost,
  ensureIdle,
  renderDroplet,
  requireDroplet,
  type Droplet,
} from "./droplet.ts";
import { answerList } from "./list.ts";
import { reservedIpsOf } from "./reserved-ip.ts";
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
    .post("/", async (context) =>
      context.json(await create(account, context), 202),
    )
    .delete("/", async (context) => {
      const { tag_name: tag } = context.req.query();
      if (tag === undefined) throw unprocessable("tag_name is needed");
      const found = account.droplets
        .all()
        .filter(({ tags }) => tags.includes(tag));
      for (const given of found) ensureIdle(account, given);
      for (const given of found) await remove(account, given);
      return context.body(null, 204);
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

/** One droplet, or several where `names` are given. */
async function create(account: Account, context: Context): Promise<object> {
  const { names } = named.parse(await readBody(context, z.unknown()));
  if (names === undefined) {
    const asked = await readBody(context, dropletCreation);
    const { droplet, action } = await createDroplet(account, asked);
    const links = { actions: [renderLink(context, action)] };
    return { droplet: renderDroplet(account, droplet), links };
  }
  const { names: all, ...asked } = await readBody(context, dropletsCreation);
  const made: Awaited<ReturnType<typeof createDroplet>>[] = [];
  for (const name of all)
    made.push(await createDroplet(account, { ...asked, name }));
  return {
    droplets: made.map(({ droplet }) => renderDroplet(account, droplet)),
    links: { actions: made.map(({ action }) => renderLink(context, action)) },
  };
}

const named = z.object({ names: z.unknown().optional() }).catch({});

function renderLink(context: Context, { id }: Action): object {
  const href = new URL(`/v2/actions/${id}`, context.req.url).href;
  return { id, rel: "create", href };
}

async function remove(account: Account, given: Droplet): Promise<void> {
  ensureIdle(account, given);
  await account.hosts.remove(dropletHost(given));
  account.droplets.remove(given.id);
  for (const one of reservedIpsOf(account, given)) one.droplet_id = null;
  for (const firewall of account.firewalls.all())
    firewall.droplet_ids = firewall.droplet_ids.filter((id) => id !== given.id);
}
