import { Hono } from "hono";
import type { Action, ActionResource } from "../action.ts";
import { ApiError, notFound } from "../http/api-error.ts";
import { readId } from "../http/body.ts";
import { answerList } from "./list.ts";
import type { Project } from "./project.ts";

/** An action as the API shows it. */
export function renderAction(given: Action): object {
  return { ...given, progress: given.status === "running" ? 0 : 100 };
}

/** `/actions`: those asked for by number, and one by its number. */
export function actionRoutes(project: Project): Hono {
  const app = new Hono();
  app
    .get("/", (context) => {
      if (!context.req.query("id"))
        throw new ApiError(410, "deprecated_api_endpoint", "give ids");
      return answerList(
        context,
        "actions",
        project.actions.all(),
        renderAction,
      );
    })
    .get("/:id", (context) => {
      const found = project.actions.get(readId(context));
      if (!found) throw notFound("action");
      return context.json({ action: renderAction(found) });
    });
  return app;
}

/** `/<kind>/:id/actions`: those of one thing. `require` refuses what is not there. */
export function resourceActionRoutes(
  project: Project,
  require: (id: number) => ActionResource,
): Hono {
  const actionsOf = (id: number) => project.actions.about(require(id));
  const app = new Hono();
  app
    .get("/:id/actions", (context) =>
      answerList(context, "actions", actionsOf(readId(context)), renderAction),
    )
    .get("/:id/actions/:action", (context) => {
      const id = readId(context, "action");
      const found = actionsOf(readId(context)).find(
        (action) => action.id === id,
      );
      if (!found) throw notFound("action");
      return context.json({ action: renderAction(found) });
    });
  return app;
}
