import type { Context } from "hono";
import { cutPage } from "../http/page.ts";

const perPages = { usual: 20, most: 200 };

/** One page of a list, beside links to the others. */
export function answerList<T>(
  context: Context,
  key: string,
  things: readonly T[],
  render: (thing: T) => object,
): Response {
  const { page, last, shown } = cutPage(context, things, perPages);
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
