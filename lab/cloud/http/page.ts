import type { Context } from "hono";
import { invalid } from "./api-error.ts";

/** What of a list is shown. */
export interface Page<T> {
  /** Its number, from 1 on. */
  readonly page: number;
  readonly perPage: number;
  readonly last: number;
  readonly shown: readonly T[];
}

/** The page that `page` and `per_page` of a query ask for. Answers 422 for one that cannot be. */
export function cutPage<T>(
  context: Context,
  things: readonly T[],
  perPages: { readonly usual: number; readonly most: number },
): Page<T> {
  const page = readNumber(context, "page", 1, Number.MAX_SAFE_INTEGER);
  const { usual, most } = perPages;
  const perPage = readNumber(context, "per_page", usual, most);
  const last = Math.max(1, Math.ceil(things.length / perPage));
  const shown = things.slice((page - 1) * perPage, page * perPage);
  return { page, perPage, last, shown };
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
