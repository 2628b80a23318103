import { Hono } from "hono";
import { z } from "zod";
import { now, type Action, type ActionResource } from "../action.ts";
import { ApiError } from "../http/api-error.ts";
import { readBody, readId } from "../http/body.ts";
import { renderAction, resourceActionRoutes } from "./action-routes.ts";
import {
  firewallTarget,
  isSameTarget,
  serversOf,
  type FirewallTarget,
} from "./firewall-target.ts";
import {
  firewallRule,
  renderFirewall,
  requireFirewall,
  type Firewall,
} from "./firewall.ts";
import { labels, parseSelector } from "./label.ts";
import { answerList } from "./list.ts";
import { ensureNameIsFree, type Project } from "./project.ts";
import { requireServer, serverResource } from "./server.ts";

const name = z.string().min(1, "must not be empty").max(128, "is too long");
const rules = z.array(firewallRule).max(50);
const targets = z.array(firewallTarget);
const creation = z.strictObject({
  name,
  labels: labels.default({}),
  rules: rules.default([]),
  apply_to: targets.nullish().transform((given) => given ?? []),
});
const change = z.strictObject({
  name: name.optional(),
  labels: labels.optional(),
});

/** `/firewalls`. */
export function firewallRoutes(project: Project): Hono {
  const { firewalls } = project;
  const render = (given: Firewall) => renderFirewall(project, given);
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "firewalls", firewalls.all(), render),
    )
    .get("/:id", (context) =>
      context.json({
        firewall: render(requireFirewall(project, readId(context))),
      }),
    )
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      const { made, actions } = create(project, asked);
      const body = {
        firewall: render(made),
        actions: actions.map(renderAction),
      };
      return context.json(body, 201);
    })
    .put("/:id", async (context) => {
      const found = requireFirewall(project, readId(context));
      const asked = await readBody(context, change);
      if (asked.name !== undefined)
        ensureNameIsFree("firewall", firewalls, asked.name, found.id);
      Object.assign(found, asked);
      return context.json({ firewall: render(found) });
    })
    .delete("/:id", (context) => {
      const found = requireFirewall(project, readId(context));
      if (found.applied_to.length > 0)
        throw new ApiError(422, "resource_in_use", "firewall is in use");
      firewalls.remove(found.id);
      return context.body(null, 204);
    })
    .route("/", firewallActionRoutes(project));
  return app;
}

function create(
  project: Project,
  { apply_to, ...asked }: z.infer<typeof creation>,
): { made: Firewall; actions: Action[] } {
  ensureNameIsFree("firewall", project.firewalls, asked.name);
  ensureTargets(project, apply_to);
  const id = project.nextId();
  const kept = { id, ...asked, created: now(), applied_to: [] };
  const made = project.firewalls.add(kept);
  const set = begin(project, "set_firewall_rules", [resourceOf(made)]);
  return { made, actions: [set, ...applyFirewall(project, made, apply_to)] };
}

function firewallActionRoutes(project: Project): Hono {
  const find = (id: number) => requireFirewall(project, id);
  const app = new Hono();
  app
    .post("/:id/actions/set_rules", async (context) => {
      const found = find(readId(context));
      const asked = await readBody(context, z.strictObject({ rules }));
      found.rules = asked.rules;
      const action = begin(project, "set_firewall_rules", [resourceOf(found)]);
      return context.json({ actions: [renderAction(action)] }, 201);
    })
    .post("/:id/actions/apply_to_resources", async (context) => {
      const found = find(readId(context));
      const schema = z.strictObject({ apply_to: targets.min(1) });
      const { apply_to } = await readBody(context, schema);
      ensureTargets(project, apply_to);
      const actions = applyFirewall(project, found, apply_to);
      return context.json({ actions: actions.map(renderAction) }, 201);
    })
    .post("/:id/actions/remove_from_resources", async (context) => {
      const found = find(readId(context));
      const schema = z.strictObject({ remove_from: targets.min(1) });
      const { remove_from } = await readBody(context, schema);
      const actions = removeFirewall(project, found, remove_from);
      return context.json({ actions: actions.map(renderAction) }, 201);
    })
    .route(
      "/",
      resourceActionRoutes(project, (id) => resourceOf(find(id))),
    );
  return app;
}

/** Puts a firewall in front of servers; refuses what it stands in front of already. */
export function applyFirewall(
  project: Project,
  given: Firewall,
  added: readonly FirewallTarget[],
): Action[] {
  for (const target of added) {
    if (given.applied_to.some((other) => isSameTarget(other, target))) {
      const message = "firewall was already applied on resource";
      throw new ApiError(422, "firewall_already_applied", message);
    }
  }
  given.applied_to.push(...added);
  return added.map((target) =>
    begin(project, "apply_firewall", involved(project, given, target)),
  );
}

function removeFirewall(
  project: Project,
  given: Firewall,
  removed: readonly FirewallTarget[],
): Action[] {
  for (const target of removed) {
    if (given.applied_to.some((other) => isSameTarget(other, target))) continue;
    const message = "firewall was already removed from resource";
    throw new ApiError(422, "firewall_already_removed", message);
  }
  given.applied_to = given.applied_to.filter(
    (target) => !removed.some((other) => isSameTarget(other, target)),
  );
  return removed.map((target) =>
    begin(project, "remove_firewall", involved(project, given, target)),
  );
}

function ensureTargets(
  project: Project,
  targets: readonly FirewallTarget[],
): void {
  for (const target of targets) {
    if (target.type === "server") requireServer(project, target.server.id);
    else parseSelector(target.label_selector.selector);
  }
}

/** Done when the rules are in the kernel. */
function begin(
  project: Project,
  command: string,
  resources: ActionResource[],
): Action {
  return project.actions.start(command, resources, project.commit);
}

function resourceOf({ id }: Firewall): ActionResource {
  return { id, type: "firewall" };
}

function involved(
  project: Project,
  given: Firewall,
  target: FirewallTarget,
): ActionResource[] {
  const servers = serversOf(project, target).map(serverResource);
  return [resourceOf(given), ...servers];
}
