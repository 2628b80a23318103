import { Hono, type Context } from "hono";
import { z } from "zod";
import { overlaps } from "../../network.ts";
import { now } from "../action.ts";
import { ApiError, invalid, notFound } from "../http/api-error.ts";
import { readBody, readId } from "../http/body.ts";
import {
  addressAt,
  contains,
  prefixOf,
  privateRange,
} from "../private-range.ts";
import { renderAction, resourceActionRoutes } from "./action-routes.ts";
import { labels } from "./label.ts";
import { answerList } from "./list.ts";
import {
  membersOf,
  networkResource,
  renderNetwork,
  requireNetwork,
  type Network,
} from "./network.ts";
import { ensureNameIsFree, type Project } from "./project.ts";
import { networkZones } from "./location.ts";
import { leaveNetwork } from "./server-network.ts";

const name = z.string().min(1, "must not be empty").max(128, "is too long");
const subnet = z.strictObject({
  type: z.enum(["cloud", "server"]).default("cloud"),
  ip_range: privateRange.optional(),
  network_zone: z.enum(networkZones),
  /** How hcloud says that it asks for none. */
  gateway: z.enum(["", "<nil>"]).optional(),
});
const creation = z.strictObject({
  name,
  ip_range: privateRange,
  labels: labels.default({}),
  subnets: z.array(subnet).default([]),
  routes: z.array(z.never()).optional(),
  expose_routes_to_vswitch: z.literal(false).default(false),
});
const change = z.strictObject({
  name: name.optional(),
  labels: labels.optional(),
  expose_routes_to_vswitch: z.literal(false).optional(),
});
const protection = z.strictObject({ delete: z.boolean() });
const subnetRemoval = z.strictObject({ ip_range: z.string() });

/** `/networks`. */
export function networkRoutes(project: Project): Hono {
  const { networks } = project;
  const find = (context: Context) => requireNetwork(project, readId(context));
  const render = (given: Network) => renderNetwork(project, given);
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "networks", networks.all(), render),
    )
    .get("/:id", (context) => context.json({ network: render(find(context)) }))
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      return context.json({ network: render(create(project, asked)) }, 201);
    })
    .put("/:id", async (context) => {
      const found = find(context);
      const asked = await readBody(context, change);
      if (asked.name !== undefined)
        ensureNameIsFree("network", networks, asked.name, found.id);
      Object.assign(found, asked);
      return context.json({ network: render(found) });
    })
    .delete("/:id", (context) => {
      remove(project, find(context));
      return context.body(null, 204);
    })
    .route("/", networkActionRoutes(project))
    .route(
      "/",
      resourceActionRoutes(project, (id) =>
        networkResource(requireNetwork(project, id)),
      ),
    );
  return app;
}

function networkActionRoutes(project: Project): Hono {
  const find = (context: Context) => requireNetwork(project, readId(context));
  const begin = (command: string, given: Network): object => {
    const about = [networkResource(given)];
    return { action: renderAction(project.actions.start(command, about)) };
  };
  const app = new Hono();
  app
    .post("/:id/actions/add_subnet", async (context) => {
      const found = find(context);
      const asked = await readBody(context, subnet);
      found.subnets.push(planSubnet(project, found, asked));
      return context.json(begin("add_subnet", found), 201);
    })
    .post("/:id/actions/delete_subnet", async (context) => {
      const found = find(context);
      const { ip_range } = await readBody(context, subnetRemoval);
      removeSubnet(project, found, ip_range);
      return context.json(begin("delete_subnet", found), 201);
    })
    .post("/:id/actions/change_protection", async (context) => {
      const found = find(context);
      found.protection = await readBody(context, protection);
      return context.json(begin("change_protection", found), 201);
    });
  return app;
}

function create(
  project: Project,
  { subnets, ...asked }: z.infer<typeof creation>,
): Network {
  ensureNameIsFree("network", project.networks, asked.name);
  const kept: Network = {
    id: project.nextId(),
    name: asked.name,
    ip_range: asked.ip_range,
    labels: asked.labels,
    expose_routes_to_vswitch: asked.expose_routes_to_vswitch,
    subnets: [],
    protection: { delete: false },
    created: now(),
  };
  for (const wanted of subnets)
    kept.subnets.push(planSubnet(project, kept, wanted));
  return project.networks.add(kept);
}

/** The range asked for, else the lowest /24 that is free. */
function planSubnet(
  project: Project,
  given: Network,
  { ip_range: asked, type, network_zone }: z.infer<typeof subnet>,
): Network["subnets"][number] {
  const ip_range = asked ?? freeSubnet(given, project);
  if (!contains(given.ip_range, ip_range))
    throw invalid("ip_range", `is not in the network's ${given.ip_range}`);
  const other = given.subnets.find((subnet) =>
    overlaps(subnet.ip_range, ip_range),
  );
  if (other) throw invalid("ip_range", `overlaps with ${other.ip_range}`);
  if (overlaps(project.hosts.range, ip_range))
    throw invalid(
      "ip_range",
      `overlaps with the public addresses of this lab, ${project.hosts.range}`,
    );
  return { type, network_zone, ip_range };
}

function freeSubnet(given: Network, { hosts }: Project): string {
  const taken = [hosts.range, ...given.subnets.map(({ ip_range }) => ip_range)];
  const count = 2 ** Math.max(0, 24 - prefixOf(given.ip_range));
  const prefix = Math.max(24, prefixOf(given.ip_range));
  for (let index = 0; index < count; index++) {
    const range = `${addressAt(given.ip_range, index * 256)}/${prefix}`;
    if (!taken.some((other) => overlaps(other, range))) return range;
  }
  throw invalid("ip_range", "no /24 of the network is free");
}

function removeSubnet(
  project: Project,
  given: Network,
  ip_range: string,
): void {
  const found = given.subnets.find((subnet) => subnet.ip_range === ip_range);
  if (!found) throw notFound(`subnet ${ip_range}`);
  const isUsed = membersOf(project, given)
    .flatMap(({ private_net }) => private_net)
    .some(
      ({ network, ip }) => network === given.id && overlaps(found.ip_range, ip),
    );
  if (isUsed)
    throw new ApiError(422, "resource_in_use", "servers are in this subnet");
  given.subnets = given.subnets.filter((subnet) => subnet !== found);
}

/** Servers in it leave it. */
function remove(project: Project, given: Network): void {
  if (given.protection.delete)
    throw new ApiError(423, "protected", "network deletion is protected");
  for (const server of membersOf(project, given))
    leaveNetwork(server, given.id);
  project.networks.remove(given.id);
}
