import { access } from "node:fs/promises";
import { execa } from "execa";
import type { HostFilter } from "./rule.ts";
import { renderRuleset } from "./ruleset.ts";

/** The packet filter in front of a cloud's hosts: a table of the machine's nftables. */
export class NftFilter {
  readonly #table: string;
  readonly #bridgeOf: (wire: number) => string;
  #loaded: string | undefined;

  /** One table for each lab; `bridgeOf` knows its private networks. */
  constructor(lab: string, bridgeOf: (wire: number) => string) {
    this.#bridgeOf = bridgeOf;
    this.#table = tableOf(lab);
  }

  /** Makes these the filters there are, in one transaction; the same again is no work. */
  async load(filters: readonly HostFilter[]): Promise<void> {
    const rules = renderRuleset(this.#table, filters, this.#bridgeOf);
    if (rules === this.#loaded) return;
    if (filters.length > 0) await ensureBridgesAreFiltered();
    await execa("nft", ["--file", "-"], { input: rules });
    this.#loaded = rules;
  }
}

/** Takes the table of a lab away. */
export async function removeFilter(lab: string): Promise<void> {
  const words = ["delete", "table", "inet", tableOf(lab)];
  await execa("nft", words, { reject: false });
}

function tableOf(lab: string): string {
  return `flotilla_cloud_${lab.replaceAll("-", "_")}`;
}

/** Hosts of a lab are neighbours on a bridge; only with this do their packets meet the filter. */
async function ensureBridgesAreFiltered(): Promise<void> {
  await access("/proc/sys/net/bridge").catch((cause: unknown) => {
    throw new Error(
      "cloud firewalls need the kernel's module br_netfilter: modprobe br_netfilter",
      { cause },
    );
  });
}
