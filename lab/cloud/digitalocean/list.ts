import type { Context } from "hono";
import { invalid } from "../http/api-error.ts";

const mostPerPage = 200;

/** One page of a list, beside links to the others. */
export function answerList<T>(
  context: Context,
  key: string,
  things: readonly T[],
  render: (thing: T) => object,
): Response {
  const page = readNumber(context, "page", 1, Number.MAX_SAFE_INTEGER);
  const perPage = readNumber(context, "per_page", 20, mostPerPage);
  const last = Math.max(1, Math.ceil(things.length / perPage));
  const shown = things.slice((page - 1) * perPage, page * perPage);
  return context.json({
    [key]: shown.map(render),
    links: last === 1 ? {} : { pages: renderPages(context, page, last) },
    meta: { total: things.length },
  });
}

function renderPages(context: Context, page: number, last: number): object {
  const link = (to: number) => {
    const url = new URL(context.req.url);
    url.searchParams.set("page", String(to));
    return url.href;
  };
  return {
    ...(page > 1 && { first: link(1), prev: link(page - 1) }),
    ...(page < last && { next: link(page + 1), last: link(last) }),
  };
}

function readNumber(
  context: Context,
  name: string,
  usual: number,
  most: number,
): number {
  const text = context.req.query(name);
  if (text === undefined) return usual;
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw invalid(name, `must be a number from 1 to ${most}`);
}
