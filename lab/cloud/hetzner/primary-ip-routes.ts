import { Hono, type Context } from "hono";
import { z } from "zod";
import { ipv6Network } from "../../addresses.ts";
import { now, type Action } from "../action.ts";
import { reserve } from "../allot.ts";
import { invalid } from "../http/api-error.ts";
import { readBody, readId } from "../http/body.ts";
import { renderAction, resourceActionRoutes } from "./action-routes.ts";
import { labels } from "./label.ts";
import { answerList } from "./list.ts";
import { requireDatacenter, requireLocation } from "./location.ts";
import {
  assignment,
  assignPrimaryIp,
  ensureAssignable,
  unassignPrimaryIp,
} from "./primary-ip-assignment.ts";
import {
  ensureDeletable,
  primaryIpResource,
  renderPrimaryIp,
  repeatedId,
  requirePrimaryIp,
  type PrimaryIp,
} from "./primary-ip.ts";
import { ensureNameIsFree, type Project } from "./project.ts";
import { changeReverse, reverseChange } from "./reverse.ts";
import { requireServer } from "./server.ts";

const name = z.string().min(1, "must not be empty").max(255, "is too long");
const creation = z.strictObject({
  name,
  type: z.enum(["ipv4", "ipv6"]),
  assignee_type: z.literal("server").optional(),
  assignee_id: z.number().int().optional(),
  location: z.string().optional(),
  datacenter: z.string().optional(),
  auto_delete: z.boolean().default(false),
  labels: labels.nullish().transform((given) => given ?? {}),
});
const change = z.strictObject({
  name: name.optional(),
  labels: labels.optional(),
  auto_delete: z.boolean().optional(),
});
const protection = z.strictObject({
  ...repeatedId,
  delete: z.boolean(),
});

/** `/primary_ips`. */
export function primaryIpRoutes(project: Project): Hono {
  const { primaryIps } = project;
  const find = (context: Context) => requirePrimaryIp(project, readId(context));
  const render = (given: PrimaryIp) => renderPrimaryIp(project, given);
  const app = new Hono();
  app
    .get("/", (context) => {
      const { ip } = context.req.query();
      const found = primaryIps.all().filter((one) => (ip ?? one.ip) === one.ip);
      return answerList(context, "primary_ips", found, render);
    })
    .get("/:id", (context) =>
      context.json({ primary_ip: render(find(context)) }),
    )
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      const { primaryIp, action } = await create(project, asked);
      const body = {
        primary_ip: render(primaryIp),
        action: action && renderAction(action),
      };
      return context.json(body, 201);
    })
    .put("/:id", async (context) => {
      const found = find(context);
      const asked = await readBody(context, change);
      if (asked.name !== undefined)
        ensureNameIsFree("primary IP", primaryIps, asked.name, found.id);
      Object.assign(found, asked);
      return context.json({ primary_ip: render(found) });
    })
    .delete("/:id", (context) => {
      const found = find(context);
      ensureDeletable(project, found);
      primaryIps.remove(found.id);
      return context.body(null, 204);
    })
    .route("/", primaryIpActionRoutes(project))
    .route(
      "/",
      resourceActionRoutes(project, (id) =>
        primaryIpResource(requirePrimaryIp(project, id)),
      ),
    );
  return app;
}

function primaryIpActionRoutes(project: Project): Hono {
  const app = new Hono();
  const take = <T>(
    action: string,
    schema: z.ZodType<T>,
    begin: (given: PrimaryIp, asked: T) => Action,
  ): void => {
    app.post(`/:id/actions/${action}`, async (context) => {
      const found = requirePrimaryIp(project, readId(context));
      const asked = await readBody(context, schema);
      return context.json({ action: renderAction(begin(found, asked)) }, 201);
    });
  };
  take("assign", assignment, (given, { assignee_id }) =>
    assignPrimaryIp(project, given, requireServer(project, assignee_id)),
  );
  take("unassign", z.strictObject({}), (given) =>
    unassignPrimaryIp(project, given),
  );
  take("change_dns_ptr", reverseChange, (given, asked) =>
    changeReverse(project, given, asked, primaryIpResource(given)),
  );
  take("change_protection", protection, (given, asked) => {
    given.protection = { delete: asked.delete };
    const about = [primaryIpResource(given)];
    return project.actions.start("change_protection", about);
  });
  return app;
}

async function create(
  project: Project,
  asked: z.infer<typeof creation>,
): Promise<{ primaryIp: PrimaryIp; action: Action | null }> {
  const { type, auto_delete, assignee_id } = asked;
  ensureNameIsFree("primary IP", project.primaryIps, asked.name);
  const server =
    assignee_id === undefined ? null : requireServer(project, assignee_id);
  if (server) ensureAssignable(project, type, server);
  const location = server?.location ?? planPlace(asked);
  const ip = await reserve(project.hosts);
  const primaryIp = project.primaryIps.add({
    ...{ id: project.nextId(), name: asked.name, type, auto_delete, location },
    ip: type === "ipv4" ? ip : ipv6Network(ip),
    labels: asked.labels,
    protection: { delete: false },
    reverse: {},
    created: now(),
  });
  const action = server && assignPrimaryIp(project, primaryIp, server);
  return { primaryIp, action };
}

function planPlace({ location, datacenter }: z.infer<typeof creation>): string {
  if (location !== undefined) return requireLocation(location).name;
  if (datacenter !== undefined) return requireDatacenter(datacenter).name;
  throw invalid("assignee_id", "a location or an assignee is needed");
}
