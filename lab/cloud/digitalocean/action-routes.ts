import { Hono } from "hono";
import type { Action } from "../action.ts";
import { readId } from "../http/body.ts";
import { gone, type Account } from "./account.ts";
import { dropletResource, requireDroplet } from "./droplet.ts";
import { answerList } from "./list.ts";
import { renderRegion, requireRegion } from "./region.ts";

const statuses = {
  running: "in-progress",
  success: "completed",
  error: "errored",
} as const;

/** An action on a droplet or a reserved IP as the API shows it. */
export function renderAction(account: Account, given: Action): object {
  const [about] = given.resources;
  const things =
    about?.type === "droplet" ? account.droplets : account.reservedIps;
  const region = things.get(about?.id ?? -1)?.region;
  return {
    id: given.id,
    status: statuses[given.status],
    type: given.command,
    started_at: given.started,
    completed_at: given.finished,
    resource_id: about?.id ?? null,
    resource_type: about?.type ?? "",
    region: region === undefined ? null : renderRegion(requireRegion(region)),
    region_slug: region ?? null,
  };
}

/** `/actions`. */
export function actionRoutes(account: Account): Hono {
  const render = (given: Action) => renderAction(account, given);
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(
        context,
        "actions",
        newestFirst(account.actions.all()),
        render,
      ),
    )
    .get("/:id", (context) => {
      const found = account.actions.get(readId(context));
      if (!found) throw gone();
      return context.json({ action: render(found) });
    });
  return app;
}

/** `/droplets/:id/actions`, those of one droplet. */
export function dropletActionListRoutes(account: Account): Hono {
  const actionsOf = (id: number) =>
    account.actions.about(dropletResource(requireDroplet(account, id)));
  const render = (given: Action) => renderAction(account, given);
  const app = new Hono();
  app
    .get("/:id/actions", (context) =>
      answerList(
        context,
        "actions",
        newestFirst(actionsOf(readId(context))),
        render,
      ),
    )
    .get("/:id/actions/:action", (context) => {
      const id = readId(context, "action");
      const found = actionsOf(readId(context)).find((other) => other.id === id);
      if (!found) throw gone();
      return context.json({ action: render(found) });
    });
  return app;
}

function newestFirst(actions: readonly Action[]): Action[] {
  return actions.toReversed();
}
