import { Hono } from "hono";
import { z } from "zod";
import { now } from "../action.ts";
import { ApiError, notFound } from "../http/api-error.ts";
import { readBody, readId } from "../http/body.ts";
import { labels } from "./label.ts";
import { answerList } from "./list.ts";
import { ensureNameIsFree, type Project } from "./project.ts";

/** Servers that are to be on different machines. */
export const placementGroup = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  labels,
  created: z.string(),
  type: z.literal("spread"),
});

/** One placement group, as it is kept. */
export type PlacementGroup = z.infer<typeof placementGroup>;

const mostServers = 10;
const name = z.string().min(1, "must not be empty").max(255, "is too long");
const creation = z.strictObject({
  name,
  type: z.literal("spread"),
  labels: labels.default({}),
});
const change = z.strictObject({
  name: name.optional(),
  labels: labels.optional(),
});

/** A placement group by number; refuses one that there is none of. */
export function requirePlacementGroup(
  project: Project,
  id: number,
): PlacementGroup {
  const found = project.placementGroups.get(id);
  if (!found) throw notFound(`placement group with ID '${id}'`);
  return found;
}

/** The group that a new server asks for; refuses one that is full. */
export function planPlacement(project: Project, id: number | null): void {
  if (id === null) return;
  const { length } = membersOf(project, requirePlacementGroup(project, id));
  if (length < mostServers) return;
  const message = `a spread group has at most ${mostServers} servers`;
  throw new ApiError(412, "placement_error", message);
}

/** `/placement_groups`. */
export function placementGroupRoutes(project: Project): Hono {
  const { placementGroups } = project;
  const find = (id: number) => requirePlacementGroup(project, id);
  const render = (given: PlacementGroup) =>
    renderPlacementGroup(project, given);
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "placement_groups", placementGroups.all(), render),
    )
    .get("/:id", (context) =>
      context.json({ placement_group: render(find(readId(context))) }),
    )
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      ensureNameIsFree("placement group", placementGroups, asked.name);
      const kept = { id: project.nextId(), ...asked, created: now() };
      const made = render(placementGroups.add(kept));
      return context.json({ placement_group: made, action: null }, 201);
    })
    .put("/:id", async (context) => {
      const found = find(readId(context));
      const asked = await readBody(context, change);
      if (asked.name !== undefined)
        ensureNameIsFree(
          "placement group",
          placementGroups,
          asked.name,
          found.id,
        );
      Object.assign(found, asked);
      return context.json({ placement_group: render(found) });
    })
    .delete("/:id", (context) => {
      const found = find(readId(context));
      for (const server of membersOf(project, found))
        server.placement_group = null;
      placementGroups.remove(found.id);
      return context.body(null, 204);
    });
  return app;
}

/** A placement group as the API shows it. */
export function renderPlacementGroup(
  project: Project,
  given: PlacementGroup,
): object {
  return { ...given, servers: membersOf(project, given).map(({ id }) => id) };
}

function membersOf(project: Project, { id }: PlacementGroup) {
  return project.servers
    .all()
    .filter(({ placement_group }) => placement_group === id);
}
