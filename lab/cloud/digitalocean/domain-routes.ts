import { Hono, type Context } from "hono";
import { z } from "zod";
import { hostname } from "../hostname.ts";
import { readBody, readId } from "../http/body.ts";
import { gone, unprocessable, type Account } from "./account.ts";
import {
  ensureRecord,
  recordChange,
  recordCreation,
  recordsOf,
  requireDomain,
  type Domain,
  type DomainRecord,
} from "./domain.ts";
import { answerList } from "./list.ts";

const usualTtl = 1800;
const creation = z.strictObject({
  name: hostname.regex(/\./, "needs a dot"),
  ip_address: z.union([z.literal(""), z.ipv4()]).optional(),
});

/** `/domains`, which go by their names. */
export function domainRoutes(account: Account): Hono {
  const find = (context: Context) =>
    requireDomain(account, context.req.param("name") ?? "");
  const render = (given: Domain) => renderDomain(account, given);
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "domains", account.domains.all(), render),
    )
    .get("/:name", (context) => context.json({ domain: render(find(context)) }))
    .post("/", async (context) => {
      const asked = await readBody(context, creation);
      return context.json({ domain: render(create(account, asked)) }, 201);
    })
    .delete("/:name", (context) => {
      const found = find(context);
      for (const { id } of recordsOf(account, found))
        account.domainRecords.remove(id);
      account.domains.remove(found.id);
      return context.body(null, 204);
    })
    .route("/", recordRoutes(account, find));
  return app;
}

/** `/domains/:name/records`. */
function recordRoutes(
  account: Account,
  findDomain: (context: Context) => Domain,
): Hono {
  const find = (context: Context): DomainRecord => {
    const { id } = findDomain(context);
    const found = account.domainRecords.get(readId(context));
    if (found?.domain !== id) throw gone();
    return found;
  };
  const app = new Hono();
  app
    .get("/:name/records", (context) => {
      const { name, type } = context.req.query();
      const domain = findDomain(context);
      const found = recordsOf(account, domain).filter(
        (record) =>
          (type ?? record.type) === record.type &&
          (name ?? fullName(record)) === fullName(record),
      );
      return answerList(context, "domain_records", found, renderRecord);
    })
    .get("/:name/records/:id", (context) =>
      context.json({ domain_record: renderRecord(find(context)) }),
    )
    .post("/:name/records", async (context) => {
      const { id: domain } = findDomain(context);
      const asked = await readBody(context, recordCreation);
      const made = addRecord(account, { domain, ...asked });
      return context.json({ domain_record: renderRecord(made) }, 201);
    })
    .put("/:name/records/:id", async (context) => {
      const found = find(context);
      const asked = await readBody(context, recordChange);
      if ((asked.type ?? found.type) !== found.type)
        throw unprocessable("A record's type cannot be changed.");
      const { name, data, ttl } = asked;
      const wanted = { ...found, name, data, ttl };
      wanted.priority = asked.priority ?? found.priority;
      ensureRecord(account, wanted);
      account.domainRecords.add(wanted);
      return context.json({ domain_record: renderRecord(wanted) });
    })
    .delete("/:name/records/:id", (context) => {
      account.domainRecords.remove(find(context).id);
      return context.body(null, 204);
    });
  return app;
}

function create(account: Account, asked: z.infer<typeof creation>): Domain {
  const id = asked.name.toLowerCase();
  if (account.domains.get(id))
    throw unprocessable("Name is already in use by this account.");
  const made = account.domains.add({ id, ttl: usualTtl });
  const data = asked.ip_address ?? "";
  if (data !== "")
    addRecord(account, {
      ...{ domain: id, type: "A", name: "@", data },
      ttl: usualTtl,
    });
  return made;
}

function addRecord(
  account: Account,
  asked: Omit<DomainRecord, "id" | "priority"> & {
    readonly priority?: number | null | undefined;
  },
): DomainRecord {
  const { domain, type, name, data, ttl } = asked;
  const id = account.nextId();
  const priority = asked.priority ?? 0;
  const wanted = { id, domain, type, name, data, ttl, priority };
  ensureRecord(account, wanted);
  return account.domainRecords.add(wanted);
}

function fullName({ name, domain }: DomainRecord): string {
  return name === "@" ? domain : `${name}.${domain}`;
}

/** What is a name in the data is shown without its last dot. */
function renderRecord(given: DomainRecord): object {
  const { id, type, name, data, priority, ttl } = given;
  const isName = type === "CNAME" || type === "MX";
  return {
    id,
    type,
    name,
    data: isName ? data.replace(/\.$/, "") : data,
    priority,
    port: 0,
    ttl,
    weight: 0,
    flags: 0,
    tag: null,
  };
}

function renderDomain(account: Account, given: Domain): object {
  const lines = recordsOf(account, given).map(
    ({ name, ttl, type, data, priority }) =>
      [name, ttl, "IN", type, ...(type === "MX" ? [priority] : []), data].join(
        " ",
      ),
  );
  const zone_file = [`$ORIGIN ${given.id}.`, `$TTL ${given.ttl}`, ...lines, ""];
  return { name: given.id, ttl: given.ttl, zone_file: zone_file.join("\n") };
}
