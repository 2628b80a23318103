import { z } from "zod";
import type { Fault } from "../config/text.ts";
import { integer, text } from "../config/text.ts";

/** What a machine has to have at least. */
export const need = z.strictObject({
  /** Virtual processors, shared ones count (1–64). @default 1 */
  cpus: integer(1, 64).default(1).describe("Virtual processors at least"),
  /** Memory in MiB (256–1000000). @default 1024 */
  memoryMib: integer(256, 1_000_000)
    .default(1024)
    .describe("Memory in MiB at least"),
  /** Size of the root disk in GiB (1–100000). @default 20 */
  diskGib: integer(1, 100_000)
    .default(20)
    .describe("Root disk in GiB at least"),
});

/** A size: what is needed at least, or the provider's own name of one. */
export const size = z.union([need, text(sizeNameFault)]);

function sizeNameFault(value: string): Fault | undefined {
  if (/^[a-z][a-z0-9-]{1,62}$/.test(value)) return undefined;
  return {
    rule: "is no size",
    hint: 'write the provider\'s name of one, such as "cx22", or what is needed: { cpus: 2, memoryMib: 4096 }',
  };
}

/** What a machine has to have at least. */
export type Need = z.output<typeof need>;
/** A need, or a provider's own name of a size. */
export type SizeConfig = z.output<typeof size>;

/** One of the sizes that a provider sells. */
export interface Size {
  /** As the provider's API knows it. */
  readonly name: string;
  readonly cpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  /** Price of a month, without taxes, in the catalogue's currency. */
  readonly monthly: number;
}

/** What a provider sells, as it was on a day. */
export interface Catalogue {
  /** Who sells it, as people write it. */
  readonly provider: string;
  /** Day of the price list. */
  readonly asOf: string;
  readonly currency: "EUR" | "USD";
  readonly sizes: readonly Size[];
  /** Price of a gigabyte of snapshots for a month, without taxes. */
  readonly snapshotGbMonthly: number;
}

/** The cheapest size that has what is needed; `undefined` where none is large enough. */
export function cheapest(
  { sizes }: Catalogue,
  { cpus, memoryMib, diskGib }: Need,
): Size | undefined {
  return sizes
    .filter(
      (one) =>
        one.cpus >= cpus &&
        one.memoryMib >= memoryMib &&
        one.diskGib >= diskGib,
    )
    .sort((a, b) => a.monthly - b.monthly || (a.name < b.name ? -1 : 1))[0];
}

/** A size in words: `cx22: 2 cpus, 4 GiB, 40 GiB disk, EUR 3.79 a month`. */
export function renderSize(
  { asOf, currency }: Catalogue,
  { name, cpus, memoryMib, diskGib, monthly }: Size,
): string {
  const processors = cpus === 1 ? "1 cpu" : `${cpus} cpus`;
  return `${name}: ${processors}, ${memoryMib / 1024} GiB, ${diskGib} GiB disk, ${currency} ${monthly.toFixed(2)} a month (${asOf})`;
}
