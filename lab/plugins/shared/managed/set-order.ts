import { isRecord, UNKNOWN } from "../../../../provider/server/property.ts";

/** A set in the order in which the official plugins list it: numbers and texts by value, objects by their fields. */
export function inSetOrder(items: readonly unknown[]): unknown[] {
  return items.toSorted(compare);
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  const [a, b] = isRecord(one)
    ? [keyOf(one), keyOf(other)]
    : [String(one), String(other)];
  return a < b ? -1 : Number(a > b);
}

/** The text that such an object is sorted by: its fields in the order of their names, what is absent last. */
function keyOf(value: unknown): string {
  if (value === UNKNOWN) return "?";
  if (value === null || value === undefined) return "~";
  if (typeof value === "boolean") return value ? "T" : "F";
  if (Array.isArray(value)) return `[${value.map(keyOf).join(";")};]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const fields = Object.entries(value).toSorted(([a], [b]) =>
    snakeCase(a) < snakeCase(b) ? -1 : 1,
  );
  return `<${fields.map(([, leaf]) => keyOf(leaf)).join(";")};>`;
}

/** A name as Terraform writes it: `server_type` for `serverType`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
