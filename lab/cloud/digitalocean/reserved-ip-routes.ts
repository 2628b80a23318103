import { Hono, type Context } from "hono";
import { z } from "zod";
import type { Action } from "../action.ts";
import { readBody, readId } from "../http/body.ts";
import { gone, unprocessable, type Account } from "./account.ts";
import { renderAction } from "./action-routes.ts";
import { requireDroplet } from "./droplet.ts";
import { answerList } from "./list.ts";
import { requireRegion } from "./region.ts";
import {
  addReservedIp,
  assignReservedIp,
  renderReservedIp,
  requireReservedIp,
  reservedIpResource,
  unassignReservedIp,
  type ReservedIp,
} from "./reserved-ip.ts";

const creation = z.strictObject({
  region: z.string().optional(),
  droplet_id: z.number().int().optional(),
});
const reservedIpAction = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("assign"),
    droplet_id: z.number().int(),
  }),
  z.strictObject({ type: z.literal("unassign") }),
]);

/** `/reserved_ips`. */
export function reservedIpRoutes(account: Account): Hono {
  const find = (context: Context) =>
    requireReservedIp(account, context.req.param("ip") ?? "");
  const render = (given: ReservedIp) => renderReservedIp(account, given);
  const app = new Hono();
  app
    .get("/", (context) => {
      const all = account.reservedIps.all();
      return answerList(context, "reserved_ips", all, render);
    })
    .get("/:ip", (context) =>
      context.json({ reserved_ip: render(find(context)) }),
    )
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      const { made, action } = await create(account, asked);
      const links = action ? { actions: [renderLink(context, action)] } : {};
      return context.json({ reserved_ip: render(made), links }, 202);
    })
    .delete("/:ip", (context) => {
      account.reservedIps.remove(find(context).id);
      return context.body(null, 204);
    })
    .post("/:ip/actions", async (context) => {
      const found = find(context);
      const action = begin(
        account,
        found,
        await readBody(context, reservedIpAction),
      );
      return context.json({ action: renderAction(account, action) }, 201);
    })
    .get("/:ip/actions", (context) =>
      answerList(context, "actions", actionsOf(find(context)), renderOne),
    )
    .get("/:ip/actions/:action", (context) => {
      const id = readId(context, "action");
      const found = actionsOf(find(context)).find((one) => one.id === id);
      if (!found) throw gone();
      return context.json({ action: renderOne(found) });
    });
  const renderOne = (given: Action) => renderAction(account, given);
  const actionsOf = (given: ReservedIp) =>
    account.actions.about(reservedIpResource(given)).toReversed();
  return app;
}

async function create(
  account: Account,
  { region, droplet_id }: z.infer<typeof creation>,
): Promise<{ made: ReservedIp; action: Action | undefined }> {
  if ((region === undefined) === (droplet_id === undefined))
    throw unprocessable("Either a region or a droplet_id is needed.");
  const droplet =
    droplet_id === undefined ? undefined : requireDroplet(account, droplet_id);
  const place = requireRegion(droplet?.region ?? region ?? "");
  const made = await addReservedIp(account, place.slug);
  const action = droplet && assignReservedIp(account, made, droplet);
  return { made, action };
}

function begin(
  account: Account,
  given: ReservedIp,
  asked: z.infer<typeof reservedIpAction>,
): Action {
  if (asked.type === "unassign") return unassignReservedIp(account, given);
  const droplet = requireDroplet(account, asked.droplet_id);
  return assignReservedIp(account, given, droplet);
}

function renderLink(context: Context, { id }: Action): object {
  const href = new URL(`/v2/actions/${id}`, context.req.url).href;
  return { id, rel: "assign_ip", href };
}
