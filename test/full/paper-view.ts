import { plugins, type Kind, type PaperFleet } from "../e2e/paper-fleet.ts";
import { pick } from "../lab/cloud/paper-cloud.ts";
import {
  nameOf,
  tableOf,
  words,
  type Table,
  type Thing,
} from "./error-matrix.ts";

/** What the providers have of the machine of each case: status and size. */
export async function machinesOf(paper: PaperFleet): Promise<Table> {
  return viewOf(paper, "machine", (found) => {
    if (found === undefined) return "not there";
    const size = pick(found, "size_slug") ?? pick(found, "server_type", "name");
    return `${String(pick(found, "status"))} ${String(size)}`;
  });
}

/** Who reaches sshd through the firewall of each case. */
export async function sourcesOf(paper: PaperFleet): Promise<Table> {
  return viewOf(paper, "firewall", (found) => {
    const hetzner = pick(found, "rules", "0", "source_ips");
    const path = ["inbound_rules", "0", "sources", "addresses"];
    return [hetzner ?? pick(found, ...path)].flat().join(" ");
  });
}

async function viewOf(
  paper: PaperFleet,
  thing: Thing,
  tell: (found: unknown) => string,
): Promise<Table> {
  const found = await Promise.all(
    plugins.map(async (plugin) =>
      (await paper.all(words[plugin][thing])).map(
        (one) => [`${plugin} ${String(pick(one, "name"))}`, one] as const,
      ),
    ),
  );
  const all = new Map(found.flat());
  return tableOf((one) => tell(all.get(`${one.plugin} ${nameOf(one, thing)}`)));
}

/** The keys at both providers. */
export async function keysOf(paper: PaperFleet): Promise<unknown[]> {
  const found = plugins.map((plugin) => paper.all(words[plugin].key));
  return (await Promise.all(found)).flat();
}

/** What is at a provider and not in the state: types and numbers. */
export async function orphansOf(
  paper: PaperFleet,
): Promise<readonly { readonly type: Kind; readonly id: string }[]> {
  const { orphans } = await paper.unknown();
  return orphans.map((one) => {
    const [type = "", id = ""] = one.split(" ");
    return { type: type as Kind, id };
  });
}
