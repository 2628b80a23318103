import type { Context } from "hono";
import { invalid } from "../http/api-error.ts";
import { cutPage } from "../http/page.ts";
import { parseSelector, type Labels } from "./label.ts";

/** What the filters that all lists share look at. */
export interface Listed {
  readonly id: number | string;
  readonly name?: string | null | undefined;
  readonly labels?: Labels | undefined;
  readonly created?: string | undefined;
  readonly status?: string | undefined;
}

const perPages = { usual: 25, most: 50 };

/** One page of a list, filtered and sorted as the query asks, beside what the API says about its pages. */
export function answerList<T extends Listed>(
  context: Context,
  key: string,
  things: readonly T[],
  render: (thing: T) => object,
): Response {
  const found = sort(context, filter(context, things));
  const { page, perPage, last, shown } = cutPage(context, found, perPages);
  const pagination = {
    page,
    per_page: perPage,
    previous_page: page > 1 ? page - 1 : null,
    next_page: page < last ? page + 1 : null,
    last_page: last,
    total_entries: found.length,
  };
  return context.json({ [key]: shown.map(render), meta: { pagination } });
}

function filter<T extends Listed>(context: Context, things: readonly T[]): T[] {
  const { name, label_selector: selector } = context.req.query();
  const statuses = context.req.queries("status") ?? [];
  const ids = context.req.queries("id") ?? [];
  const fits = parseSelector(selector ?? "");
  return things.filter(
    (thing) =>
      (name === undefined || thing.name === name) &&
      (ids.length === 0 || ids.includes(String(thing.id))) &&
      (statuses.length === 0 || statuses.includes(thing.status ?? "")) &&
      fits(thing.labels ?? {}),
  );
}

const sortable = ["id", "name", "created", "status", "command"];

function sort<T extends Listed>(context: Context, things: T[]): T[] {
  const orders = (context.req.queries("sort") ?? []).map(parseOrder);
  return things.toSorted((one, other) => {
    for (const { field, sign } of orders) {
      const order = compare(valueOf(one, field), valueOf(other, field));
      if (order !== 0) return sign * order;
    }
    return 0;
  });
}

function parseOrder(text: string): { field: string; sign: number } {
  const [field = "", direction = "asc"] = text.split(":");
  if (!sortable.includes(field) || !/^(asc|desc)$/.test(direction))
    throw invalid("sort", `cannot sort by ${JSON.stringify(text)}`);
  return { field, sign: direction === "asc" ? 1 : -1 };
}

function valueOf(thing: object, field: string): unknown {
  return new Map(Object.entries(thing)).get(field);
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one) < String(other) ? -1 : Number(one !== other);
}
