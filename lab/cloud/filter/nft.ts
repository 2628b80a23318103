import { access } from "node:fs/promises";
import { execa } from "execa";
import type { HostFilter } from "./rule.ts";
import { renderRuleset } from "./ruleset.ts";

/** The packet filter in front of a cloud's hosts: a table of the machine's nftables. */
export class NftFilter {
  readonly #table: string;
  #loaded: string | undefined;

  /** One table for each lab. */
  constructor(lab: string) {
    this.#table = `flotilla_cloud_${lab.replaceAll("-", "_")}`;
  }

  /** Makes these the filters there are, in one transaction; the same again is no work. */
  async load(filters: readonly HostFilter[]): Promise<void> {
    const rules = renderRuleset(this.#table, filters);
    if (rules === this.#loaded) return;
    if (filters.length > 0) await ensureBridgesAreFiltered();
    await execa("nft", ["--file", "-"], { input: rules });
    this.#loaded = rules;
  }

  /** Takes the table away. */
  async remove(): Promise<void> {
    const words = ["delete", "table", "inet", this.#table];
    await execa("nft", words, { reject: false });
    this.#loaded = undefined;
  }
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
