import type { ItemOf } from "../../manifest/items.ts";

/** The whole table as one nft transaction. Throws when an address is none, naming the rule. */
export declare function renderNftables(
  table: string,
  item: Pick<ItemOf<"nftables">, "rules">,
): string;
