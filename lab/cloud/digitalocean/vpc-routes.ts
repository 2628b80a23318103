import { Hono, type Context } from "hono";
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { readBody } from "../http/body.ts";
import { privateRange } from "../private-range.ts";
import { unprocessable, type Account } from "./account.ts";
import { answerList } from "./list.ts";
import { requireRegion } from "./region.ts";
import {
  addVpc,
  ensureRangeIsFree,
  membersOf,
  requireVpc,
  type Vpc,
} from "./vpc.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,255}$/, "letters, digits, dots and dashes");
const description = z.string().max(255);
const creation = z.strictObject({
  name,
  region: z.string(),
  description: description.default(""),
  ip_range: privateRange.optional(),
});
const change = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  default: z.boolean().optional(),
});

/** `/vpcs`. */
export function vpcRoutes(account: Account): Hono {
  const find = (context: Context) =>
    requireVpc(account, context.req.param("id") ?? "");
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "vpcs", account.vpcs.all(), renderVpc),
    )
    .get("/:id", (context) => context.json({ vpc: renderVpc(find(context)) }))
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      const vpc = renderVpc(create(account, asked));
      return context.json({ vpc }, 201);
    })
    .put("/:id", async (context) => {
      const found = find(context);
      const { default: isDefault, ...asked } = await readBody(context, change);
      if (asked.name !== undefined)
        ensureNameIsFree(account, asked.name, found);
      if (isDefault === true) makeDefault(account, found);
      Object.assign(found, asked);
      return context.json({ vpc: renderVpc(found) });
    })
    .delete("/:id", (context) => {
      remove(account, find(context));
      return context.body(null, 204);
    });
  return app;
}

function create(account: Account, asked: z.infer<typeof creation>): Vpc {
  const region = requireRegion(asked.region).slug;
  ensureNameIsFree(account, asked.name);
  if (asked.ip_range !== undefined) ensureRangeIsFree(account, asked.ip_range);
  return addVpc(account, { ...asked, region, default: false });
}

function ensureNameIsFree(account: Account, wanted: string, self?: Vpc): void {
  const other = account.vpcs.all().find((vpc) => vpc.name === wanted);
  if (!other || other === self) return;
  throw unprocessable("name is already in use");
}

/** One of its region is the default one. */
function makeDefault(account: Account, given: Vpc): void {
  for (const vpc of account.vpcs.all())
    if (vpc.region === given.region) vpc.default = vpc === given;
}

function remove(account: Account, given: Vpc): void {
  if (given.default)
    throw new ApiError(403, "forbidden", "Can not delete default VPCs");
  if (membersOf(account, given).length > 0)
    throw new ApiError(403, "forbidden", "Can not delete VPC with members");
  account.vpcs.remove(given.id);
}

function renderVpc(given: Vpc): object {
  const { id, name, description, region, ip_range, created_at } = given;
  const what = { name, description, region, ip_range, created_at };
  return { id, urn: `do:vpc:${id}`, ...what, default: given.default };
}
