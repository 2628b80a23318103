import { randomUUID } from "node:crypto";
import { Hono, type Context } from "hono";
import { z } from "zod";
import { now } from "../action.ts";
import { addressOrRange, portRange } from "../filter/rule.ts";
import { ApiError } from "../http/api-error.ts";
import { readBody } from "../http/body.ts";
import { gone, type Account } from "./account.ts";
import { requireDroplet } from "./droplet.ts";
import { answerList } from "./list.ts";
import { ensureTags, tagName } from "./tag.ts";

const orNone = <T>(given: T[] | null | undefined): T[] => given ?? [];
const tags = z.array(tagName).nullish().transform(orNone);
const dropletIds = z.array(z.number().int()).nullish().transform(orNone);

/** The other end of what a rule lets through; at least one. */
const peers = z
  .strictObject({
    addresses: z.array(addressOrRange).optional(),
    droplet_ids: z.array(z.number().int()).optional(),
    tags: z.array(tagName).optional(),
  })
  .refine(
    (given) => Object.values(given).some(({ length }) => length > 0),
    "needs addresses, droplet_ids or tags",
  );

const protocol = z.enum(["tcp", "udp", "icmp"]);
/** `0` is how all ports are kept, and what icmp has. */
const ports = z
  .union([z.enum(["all", "0", ""]), portRange])
  .default("0")
  .transform((given) => (/^(all|0|)$/.test(given) ? "0" : given));
const inbound = z.strictObject({ protocol, ports, sources: peers });
const outbound = z.strictObject({ protocol, ports, destinations: peers });

const wanted = z.strictObject({
  name: z.string().min(1),
  inbound_rules: z.array(inbound).nullish().transform(orNone),
  outbound_rules: z.array(outbound).nullish().transform(orNone),
  droplet_ids: dropletIds,
  tags,
});

/** Rules, and the droplets that they stand in front of. */
export const firewall = z.strictObject({
  id: z.string(),
  created_at: z.string(),
  name: z.string(),
  inbound_rules: z.array(inbound),
  outbound_rules: z.array(outbound),
  droplet_ids: z.array(z.number()),
  tags: z.array(z.string()),
});

/** One firewall, as it is kept. */
export type Firewall = z.infer<typeof firewall>;

/** The other end of what a rule lets through. */
export type Peers = z.infer<typeof peers>;

const creation = wanted.refine(
  (given) => given.inbound_rules.length + given.outbound_rules.length > 0,
  "needs at least one rule",
);

/** `/firewalls`. */
export function firewallRoutes(account: Account): Hono {
  const { firewalls } = account;
  const require = (context: Context): Firewall => {
    const found = firewalls.get(context.req.param("id") ?? "");
    if (!found) throw gone();
    return found;
  };
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "firewalls", firewalls.all(), renderFirewall),
    )
    .get("/:id", (context) =>
      context.json({ firewall: renderFirewall(require(context)) }),
    )
    .post("/", async (context) => {
      const asked = await readWanted(account, context);
      if (firewalls.all().some(({ name }) => name === asked.name))
        throw new ApiError(409, "conflict", "duplicate name");
      const kept = { id: randomUUID(), created_at: now(), ...asked };
      const made = renderFirewall(firewalls.add(kept));
      return context.json({ firewall: { ...made, status: "waiting" } }, 202);
    })
    .put("/:id", async (context) => {
      const found = require(context);
      Object.assign(found, await readWanted(account, context));
      return context.json({ firewall: renderFirewall(found) });
    })
    .delete("/:id", (context) => {
      firewalls.remove(require(context).id);
      return context.body(null, 204);
    })
    .route("/", memberRoutes(account, require));
  return app;
}

/** `/firewalls/:id/droplets` and `/firewalls/:id/tags`: what a firewall stands in front of, without its rules. */
function memberRoutes(
  account: Account,
  require: (context: Context) => Firewall,
): Hono {
  const droplets = z.strictObject({ droplet_ids: dropletIds });
  const tagged = z.strictObject({ tags });
  const app = new Hono();
  app
    .post("/:id/droplets", async (context) => {
      const { droplet_ids } = await readBody(context, droplets);
      for (const id of droplet_ids) requireDroplet(account, id);
      const found = require(context);
      found.droplet_ids = [...new Set([...found.droplet_ids, ...droplet_ids])];
      return context.body(null, 204);
    })
    .delete("/:id/droplets", async (context) => {
      const { droplet_ids } = await readBody(context, droplets);
      const found = require(context);
      found.droplet_ids = without(found.droplet_ids, droplet_ids);
      return context.body(null, 204);
    })
    .post("/:id/tags", async (context) => {
      const asked = await readBody(context, tagged);
      ensureTags(account, asked.tags);
      const found = require(context);
      found.tags = [...new Set([...found.tags, ...asked.tags])];
      return context.body(null, 204);
    })
    .delete("/:id/tags", async (context) => {
      const asked = await readBody(context, tagged);
      const found = require(context);
      found.tags = without(found.tags, asked.tags);
      return context.body(null, 204);
    });
  return app;
}

async function readWanted(
  account: Account,
  context: Context,
): Promise<z.infer<typeof wanted>> {
  const asked = await readBody(context, creation);
  for (const id of asked.droplet_ids) requireDroplet(account, id);
  ensureTags(account, asked.tags);
  return asked;
}

/** The rules are in the kernel before a request is answered: nothing is ever pending. */
function renderFirewall(given: Firewall): object {
  return { ...given, status: "succeeded", pending_changes: [] };
}

function without<T>(given: readonly T[], removed: readonly T[]): T[] {
  return given.filter((entry) => !removed.includes(entry));
}
