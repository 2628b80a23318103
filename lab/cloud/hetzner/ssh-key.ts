import { Hono } from "hono";
import { z } from "zod";
import { now } from "../action.ts";
import { ApiError, invalid, notFound } from "../http/api-error.ts";
import { readBody, readId } from "../http/body.ts";
import { sshFingerprint } from "../ssh-fingerprint.ts";
import { labels } from "./label.ts";
import { answerList } from "./list.ts";
import { ensureNameIsFree, type Project } from "./project.ts";

/** A public key that new servers may let in. */
export const sshKey = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  fingerprint: z.string(),
  public_key: z.string(),
  labels,
  created: z.string(),
});

/** One key, as it is kept and shown. */
export type SshKey = z.infer<typeof sshKey>;

const name = z.string().min(1, "must not be empty").max(255, "is too long");
const creation = z.strictObject({
  name,
  public_key: z.string(),
  labels: labels.default({}),
});
const change = z.strictObject({
  name: name.optional(),
  labels: labels.optional(),
});

/** The keys that a server is asked for, by number or name; refuses one that there is none of. */
export function requireSshKeys(
  project: Project,
  wanted: readonly (string | number)[],
): SshKey[] {
  return wanted.map((given) => {
    const found = project.sshKeys
      .all()
      .find(({ id, name }) => String(id) === String(given) || name === given);
    if (!found) throw notFound(`SSH key ${given}`);
    return found;
  });
}

/** `/ssh_keys`. */
export function sshKeyRoutes(project: Project): Hono {
  const { sshKeys } = project;
  const require = (id: number): SshKey => {
    const found = sshKeys.get(id);
    if (!found) throw notFound(`ssh_key with ID '${id}'`);
    return found;
  };
  const app = new Hono();
  app
    .get("/", (context) => {
      const { fingerprint } = context.req.query();
      const found = sshKeys
        .all()
        .filter((key) => (fingerprint ?? key.fingerprint) === key.fingerprint);
      return answerList(context, "ssh_keys", found, (key) => key);
    })
    .get("/:id", (context) =>
      context.json({ ssh_key: require(readId(context)) }),
    )
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      return context.json({ ssh_key: create(project, asked) }, 201);
    })
    .put("/:id", async (context) => {
      const found = require(readId(context));
      const asked = await readBody(context, change);
      if (asked.name !== undefined)
        ensureNameIsFree("SSH key", sshKeys, asked.name, found.id);
      Object.assign(found, asked);
      return context.json({ ssh_key: found });
    })
    .delete("/:id", (context) => {
      sshKeys.remove(require(readId(context)).id);
      return context.body(null, 204);
    });
  return app;
}

function create(project: Project, asked: z.infer<typeof creation>): SshKey {
  const fingerprint = sshFingerprint(asked.public_key);
  if (fingerprint === undefined)
    throw invalid("public_key", "is no SSH public key");
  ensureNameIsFree("SSH key", project.sshKeys, asked.name);
  const same = project.sshKeys
    .all()
    .some((key) => key.fingerprint === fingerprint);
  if (same) {
    const message = "SSH key with the same fingerprint already exists";
    throw new ApiError(409, "uniqueness_error", message);
  }
  const id = project.nextId();
  return project.sshKeys.add({ id, ...asked, fingerprint, created: now() });
}
