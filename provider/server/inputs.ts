import { createHash } from "node:crypto";
import {
  manifest,
  parseItemKey,
  schemasOf,
  type ManifestInputs,
} from "../../manifest/manifest.ts";
import { renderTemplate } from "../operations/index.ts";
import type { Problem } from "./check-failures.ts";
import {
  hasSecret,
  hasUnknown,
  isRecord,
  reveal,
  UNKNOWN,
  type PropertyMap,
} from "./property.ts";
import { problemsOf, withoutUnknowns } from "./schema-problems.ts";

/** The items of one manifest, parsed, with what must be said about their leaves. */
export interface KnownItems extends Pick<ManifestInputs, "items"> {
  /** Items that hold a secret anywhere. */
  readonly secretItems: ReadonlySet<string>;
  /** Items with a leaf that is not known yet; they are not parsed. */
  readonly unknownItems: ReadonlySet<string>;
}

/** The inputs of one manifest, parsed. */
export type ParsedInputs = ManifestInputs & KnownItems;

/** Parses inputs that were checked before; what is not known yet is left out, and items of that kind are named. */
export function parseInputs(properties: PropertyMap): ParsedInputs {
  const known = Object.entries(properties).filter(
    ([, value]) => reveal(value) !== UNKNOWN,
  );
  const outer = { ...Object.fromEntries(known), items: {} };
  return {
    ...manifest.parse(withoutUnknowns(withSomeHostKey(reveal(outer)))),
    ...parseKnownItems(properties),
  };
}

/** Host keys may all be unknown, as one value: what a first contact will record. */
function withSomeHostKey(outer: unknown): unknown {
  const { host } = outer as { host?: unknown };
  const connection = isRecord(host) ? host["connection"] : undefined;
  if (!isRecord(host) || !isRecord(connection)) return outer;
  if (connection["hostKeys"] !== UNKNOWN) return outer;
  const hostKeys = ["ssh-ed25519 unknown"];
  return {
    ...(outer as PropertyMap),
    host: { ...host, connection: { ...connection, hostKeys } },
  };
}

/** Parses items that were checked before; those that are not known yet are left out and named. */
export function parseKnownItems(properties: PropertyMap): KnownItems {
  const items = itemsOf(properties);
  const keys = Object.keys(items);
  const unknownItems = new Set(keys.filter((key) => hasUnknown(items[key])));
  const parsed = keys
    .filter((key) => !unknownItems.has(key))
    .map((key) => [key, parseItem(key, reveal(items[key]))] as const);
  return {
    items: Object.fromEntries(parsed),
    secretItems: new Set(keys.filter((key) => hasSecret(items[key]))),
    unknownItems,
  };
}

/** Every problem of the inputs; leaves that are not known yet are none. */
export function inputProblems(properties: PropertyMap): Problem[] {
  const items = itemsOf(properties);
  const plain = reveal({ ...properties, items: {} });
  return [
    ...problemsOf(manifest.safeParse(plain).error, plain, ""),
    ...outsideProblems(properties),
    ...Object.entries(items).flatMap(([key, item]) => itemProblems(key, item)),
  ];
}

/** Hash of the inputs. Secrets go in only as their keyed digest would: not at all. */
export function revisionOf(
  inputs: ParsedInputs,
  desired: Readonly<Record<string, string>>,
): string {
  const stable = JSON.stringify([
    inputs.host.id,
    sorted(desired),
    sorted(inputs.gates),
    sorted(inputs.watch),
  ]);
  return createHash("sha256").update(stable).digest("hex").slice(0, 32);
}

/** The items of raw inputs. */
export function itemsOf(properties: PropertyMap): PropertyMap {
  const items = properties["items"];
  return isRecord(items) ? items : {};
}

/** What is seen from outside cannot take a job back: it stands alone. */
function outsideProblems(properties: PropertyMap): Problem[] {
  if (Object.keys(itemsOf(properties)).length === 0) return [];
  const { gates } = reveal({ gates: properties["gates"] }) as PropertyMap;
  return Object.entries(isRecord(gates) ? gates : {})
    .filter(([, gate]) => isRecord(gate) && gate["from"] === "outside")
    .map(([name]) => ({
      property: `gates["${name}"].from`,
      reason: "a gate from outside needs a manifest without items: use a Gate",
    }));
}

function sorted(
  record: Readonly<Record<string, unknown>>,
): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function parseItem(key: string, body: unknown): unknown {
  const parts = parseItemKey(key);
  if (!parts) throw new Error(`unknown kind of item: ${key}`);
  return schemasOf(parts.kind).body.parse(body);
}

function itemProblems(key: string, item: unknown): Problem[] {
  const property = `items["${key}"]`;
  const parts = parseItemKey(key);
  if (!parts) {
    return [
      { property, reason: "unknown kind of item; a key is '<kind>:<name>'" },
    ];
  }
  const { name, body } = schemasOf(parts.kind);
  const plain = reveal(item);
  const parsed = body.safeParse(plain);
  const found = [
    ...problemsOf(name.safeParse(parts.name).error, parts.name, property),
    ...problemsOf(parsed.error, plain, property),
  ];
  if (found.length > 0 || parts.kind !== "file") return found;
  return templateProblems(property, plain);
}

function templateProblems(property: string, item: unknown): Problem[] {
  if (!isRecord(item) || hasUnknown(item["template"])) return [];
  const values = isRecord(item["values"]) ? item["values"] : {};
  const known = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === UNKNOWN ? "" : String(value),
    ]),
  );
  try {
    renderTemplate(String(item["template"]), known);
    return [];
  } catch (error) {
    return [
      { property: `${property}.template`, reason: (error as Error).message },
    ];
  }
}
