import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Zone, ZoneRecord } from "../dns/zone.ts";
import { hostname } from "../hostname.ts";
import { gone, unprocessable, type Account } from "./account.ts";

/** A domain whose names are answered for here. */
export const domain = z.strictObject({
  /** Its name. */
  id: z.string(),
  ttl: z.number().int(),
});

/** One domain, as it is kept. */
export type Domain = z.infer<typeof domain>;

const dataTypes = ["A", "AAAA", "CNAME", "MX", "TXT"] as const;
const none = z.literal(0).nullish();

/** What a record may be asked to be; its type stays. */
export const recordChange = z.strictObject({
  type: z.enum(dataTypes).optional(),
  name: z.union([z.literal("@"), recordName()]),
  data: z.string().min(1).max(2048),
  priority: z.number().int().min(0).max(65_535).nullish(),
  ttl: z.number().int().min(30).default(1800),
  port: none,
  weight: none,
  flags: none,
});

/** What a new record is asked to be. */
export const recordCreation = recordChange.extend({ type: z.enum(dataTypes) });

/** One name's data in a domain. */
export const domainRecord = z.strictObject({
  id: z.number().int(),
  domain: z.string(),
  type: z.enum(dataTypes),
  /** Within the domain; `@` is the domain itself. */
  name: z.string(),
  data: z.string(),
  priority: z.number().int(),
  ttl: z.number().int(),
});

/** One record, as it is kept. */
export type DomainRecord = z.infer<typeof domainRecord>;

/** A domain by name; refuses one that there is none of. */
export function requireDomain(account: Account, name: string): Domain {
  const found = account.domains.get(name.toLowerCase());
  if (!found) throw gone();
  return found;
}

/** The records of a domain. */
export function recordsOf(account: Account, { id }: Domain): DomainRecord[] {
  return account.domainRecords.all().filter((record) => record.domain === id);
}

/** Refuses data that a record's type has no sense for, and a second truth beside an alias. */
export function ensureRecord(account: Account, wanted: DomainRecord): void {
  const { type, data } = wanted;
  if (type === "A" && !ipaddr.IPv4.isValidFourPartDecimal(data))
    throw unprocessable(
      "IP address did not match IPv4 format (e.g. 127.0.0.1).",
    );
  if (type === "AAAA" && !ipaddr.IPv6.isValid(data))
    throw unprocessable("IP address did not match IPv6 format.");
  if (/^(CNAME|MX)$/.test(type) && data !== "@" && !isFullName(data))
    throw unprocessable("Data needs to end with a dot (.)");
  const others = account.domainRecords
    .all()
    .filter(
      ({ domain, name, id }) =>
        domain === wanted.domain && name === wanted.name && id !== wanted.id,
    );
  if (others.some((other) => (other.type === "CNAME") !== (type === "CNAME")))
    throw unprocessable("CNAME records cannot share a name with other records");
}

/** The domains as zones that a resolver answers from. */
export function planZones(account: Account): Zone[] {
  return account.domains.all().map((given) => ({
    name: given.id,
    ttl: given.ttl,
    records: recordsOf(account, given).map(toZoneRecord),
  }));
}

function toZoneRecord(given: DomainRecord): ZoneRecord {
  const { domain, type, ttl, priority } = given;
  const name = given.name === "@" ? domain : `${given.name}.${domain}`;
  const isName = type === "CNAME" || type === "MX";
  const data = isName ? toFullName(given.data, domain) : given.data;
  return { name: name.toLowerCase(), type, ttl, data, priority };
}

function toFullName(data: string, domain: string): string {
  return data === "@" ? domain : data.toLowerCase().replace(/\.$/, "");
}

function isFullName(text: string): boolean {
  return text.endsWith(".") && hostname.safeParse(text.slice(0, -1)).success;
}

function recordName() {
  const part = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
  return z
    .string()
    .max(253)
    .regex(
      new RegExp(`^(\\*|${part})(\\.${part})*$`),
      "is no name of a record",
    );
}
