import { Hono, type Context } from "hono";
import { z } from "zod";
import { readBody } from "../http/body.ts";
import { gone, type Account } from "./account.ts";
import type { Droplet } from "./droplet.ts";
import { answerList } from "./list.ts";

/** A word on droplets, by which firewalls and lists find them. */
export const tag = z.strictObject({ id: z.string() });

/** One tag, as it is kept. */
export type Tag = z.infer<typeof tag>;

/** What a tag may be. */
export const tagName = z
  .string()
  .regex(/^[\w:-]{1,255}$/, "letters, digits, underscores, colons and dashes");

const resources = z.strictObject({
  resources: z.array(
    z.strictObject({
      resource_id: z.string(),
      resource_type: z.literal("droplet"),
    }),
  ),
});

/** Makes the tags that are not there yet. */
export function ensureTags(account: Account, names: readonly string[]): void {
  for (const id of names) account.tags.add({ id });
}

/** `/tags`. */
export function tagRoutes(account: Account): Hono {
  const require = (context: Context): Tag => {
    const found = account.tags.get(context.req.param("name") ?? "");
    if (!found) throw gone();
    return found;
  };
  const render = (given: Tag) => renderTag(account, given);
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "tags", account.tags.all(), render),
    )
    .get("/:name", (context) => context.json({ tag: render(require(context)) }))
    .post("/", async (context) => {
      const { name } = await readBody(
        context,
        z.strictObject({ name: tagName }),
      );
      ensureTags(account, [name]);
      return context.json({ tag: render({ id: name }) }, 201);
    })
    .delete("/:name", (context) => {
      const { id } = require(context);
      for (const given of account.droplets.all()) untag(given, id);
      account.tags.remove(id);
      return context.body(null, 204);
    })
    .post("/:name/resources", async (context) => {
      const { id } = require(context);
      for (const given of await readDroplets(account, context)) {
        untag(given, id);
        given.tags.push(id);
      }
      return context.body(null, 204);
    })
    .delete("/:name/resources", async (context) => {
      const { id } = require(context);
      for (const given of await readDroplets(account, context))
        untag(given, id);
      return context.body(null, 204);
    });
  return app;
}

async function readDroplets(
  account: Account,
  context: Context,
): Promise<Droplet[]> {
  const asked = await readBody(context, resources);
  return asked.resources.map(({ resource_id }) => {
    const found = account.droplets.get(resource_id);
    if (!found) throw gone();
    return found;
  });
}

function untag(given: Droplet, name: string): void {
  given.tags = given.tags.filter((other) => other !== name);
}

function renderTag(account: Account, { id }: Tag): object {
  const { length: count } = account.droplets
    .all()
    .filter(({ tags }) => tags.includes(id));
  const none = { count: 0 };
  return {
    name: id,
    resources: {
      count,
      droplets: { count },
      images: none,
      volumes: none,
      volume_snapshots: none,
      databases: none,
    },
  };
}
