import { Hono, type Context } from "hono";
import { z } from "zod";
import { readBody } from "../http/body.ts";
import { sshFingerprint } from "../ssh-fingerprint.ts";
import { gone, unprocessable, type Account } from "./account.ts";
import { answerList } from "./list.ts";

/** A public key that new droplets may let in. */
export const key = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  public_key: z.string(),
  fingerprint: z.string(),
});

/** One key, as it is kept and shown. */
export type Key = z.infer<typeof key>;

const name = z.string().min(1, "Name cannot be blank");
const creation = z.strictObject({ name, public_key: z.string() });

/** The keys that a droplet is asked for, by number or fingerprint; refuses one that there is none of. */
export function requireKeys(
  account: Account,
  wanted: readonly (string | number)[],
): Key[] {
  return wanted.map((given) => {
    const found = findKey(account, String(given));
    if (found) return found;
    const message = `${given} are invalid key identifiers for Droplet creation.`;
    throw unprocessable(message);
  });
}

/** `/account/keys`. */
export function keyRoutes(account: Account): Hono {
  const require = (context: Context): Key => {
    const found = findKey(account, context.req.param("id") ?? "");
    if (!found) throw gone();
    return found;
  };
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "ssh_keys", account.keys.all(), (found) => found),
    )
    .get("/:id", (context) => context.json({ ssh_key: require(context) }))
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      return context.json({ ssh_key: create(account, asked) }, 201);
    })
    .put("/:id", async (context) => {
      const found = require(context);
      const asked = await readBody(context, z.strictObject({ name }));
      found.name = asked.name;
      return context.json({ ssh_key: found });
    })
    .delete("/:id", (context) => {
      account.keys.remove(require(context).id);
      return context.body(null, 204);
    });
  return app;
}

function findKey(account: Account, given: string): Key | undefined {
  return account.keys
    .all()
    .find(({ id, fingerprint }) => [String(id), fingerprint].includes(given));
}

function create(account: Account, asked: z.infer<typeof creation>): Key {
  const fingerprint = sshFingerprint(asked.public_key);
  if (fingerprint === undefined)
    throw unprocessable("Key invalid, key should be of the format `type key`");
  if (findKey(account, fingerprint))
    throw unprocessable("SSH Key is already in use on your account");
  return account.keys.add({ id: account.nextId(), ...asked, fingerprint });
}
