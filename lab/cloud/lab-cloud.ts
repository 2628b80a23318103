import path from "node:path";
import { cacheDirectory } from "../../toolchain/cache.ts";
import { wireBridge } from "../host-network.ts";
import { Machine } from "../machine.ts";
import { LabStore } from "../store.ts";
import { Cloud } from "./cloud.ts";
import { DnsServer } from "./dns/dns-server.ts";
import { NftFilter } from "./filter/nft.ts";
import { LabHosts } from "./lab-hosts.ts";
import { ensureTokens } from "./tokens.ts";

/** Where a lab keeps its cloud. */
export function cloudFolder(lab: string, cacheDir = cacheDirectory()): string {
  return path.join(cacheDir, "labs", lab, "cloud");
}

/** Opens the cloud of a lab: the providers' APIs over hosts of that lab. */
export async function openLabCloud(
  lab: string,
  cacheDir = cacheDirectory(),
): Promise<Cloud> {
  const store = await LabStore.open(cacheDir, lab);
  const folder = cloudFolder(lab, cacheDir);
  const filter = new NftFilter(lab, (wire) =>
    wireBridge(store.state?.subnet ?? 0, wire),
  );
  const hosts = new LabHosts(
    store,
    new Machine(cacheDir, store.planRange(), false),
  );
  const dns = new DnsServer();
  await hosts.withResolver((address) => dns.listen(address, 53));
  return Cloud.open({
    stateFile: path.join(folder, "state.json"),
    tokens: await ensureTokens(path.join(folder, "tokens.json")),
    hosts,
    loadZones: (zones) => dns.load(zones),
    loadFilters: (filters) => filter.load(filters),
  });
}
