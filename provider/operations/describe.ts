import type { Items } from "./item.ts";

export interface DescribeInput {
  readonly oldItems: Items;
  readonly newItems: Items;
  /** Key → what was last seen; empty before the first apply. */
  readonly observed: Readonly<Record<string, string>>;
  /** Key → what is wanted; `undefined` where a value is not known yet. */
  readonly desired: Readonly<Record<string, string | undefined>>;
}

/** Phrases for one preview line, to be joined by `, `: `file /etc/nginx/x.conf will be replaced`, `then nginx.service reloaded`. */
export declare function describeChange(input: DescribeInput): string[];
