import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { Hetzner } from "./api.ts";
import { ipv6Of, serverList, type HetznerServer } from "./server-answer.ts";
import { findServer } from "./server-state.ts";

const filter = z.object({
  id: z.number().nullish(),
  name: z.string().nullish(),
  selector: z.string().nullish(),
  withSelector: z.string().nullish(),
  withStatuses: z.array(z.string()).nullish(),
});

type Filter = z.infer<typeof filter>;

/** `hcloud.getServers`: the servers that a label selector and statuses choose, all pages of them. */
export async function getServers(
  api: Hetzner,
  args: PropertyMap,
): Promise<PropertyMap> {
  const wanted = filter.parse(args);
  const servers = await listServers(api, wanted);
  return {
    ...args,
    id: servers.map(({ id }) => id).join("-"),
    servers: servers.map(describeServer),
  };
}

/** `hcloud.getServer`: the one server with an id or a name, or the only one that a selector chooses. */
export async function getServer(
  api: Hetzner,
  args: PropertyMap,
): Promise<PropertyMap> {
  const wanted = filter.parse(args);
  const found = await oneServer(api, wanted);
  if (!found) throw new Error(`no server found for ${JSON.stringify(args)}`);
  return { ...args, ...describeServer(found) };
}

async function oneServer(
  api: Hetzner,
  wanted: Filter,
): Promise<HetznerServer | undefined> {
  const { id, name, selector, withSelector } = wanted;
  const key = id ?? name;
  if (key !== undefined && key !== null) return findServer(api, String(key));
  if (!selector && !withSelector)
    throw new Error(
      "please specify an id, a name or a selector to lookup the server",
    );
  const found = await listServers(api, wanted);
  if (found.length > 1) throw new Error("more than one server found");
  return found[0];
}

async function listServers(
  api: Hetzner,
  { selector, withSelector, withStatuses }: Filter,
): Promise<HetznerServer[]> {
  const query = new URLSearchParams();
  const chosen = withSelector ?? selector;
  if (chosen) query.set("label_selector", chosen);
  for (const status of withStatuses ?? []) query.append("status", status);
  query.set("per_page", "50");
  const servers: HetznerServer[] = [];
  for (let page: number | null | undefined = 1; page;) {
    query.set("page", String(page));
    const list = serverList.parse(
      await api.ask(`GET /servers?${query.toString()}`),
    );
    servers.push(...list.servers);
    page = list.meta?.pagination?.next_page;
  }
  return servers;
}

function describeServer(server: HetznerServer): PropertyMap {
  const [ipv6Network, ipv6Address] = ipv6Of(server);
  return {
    id: server.id,
    name: server.name,
    status: server.status,
    serverType: server.server_type?.name ?? "",
    image: server.image?.name ?? String(server.image?.id ?? ""),
    location: server.location?.name ?? "",
    datacenter: "",
    ipv4Address: server.public_net?.ipv4?.ip ?? "",
    ...{ ipv6Network, ipv6Address },
    ...{ iso: "", rescue: "" },
    labels: server.labels,
    backups: Boolean(server.backup_window),
    backupWindow: server.backup_window ?? "",
    deleteProtection: server.protection?.delete ?? false,
    rebuildProtection: server.protection?.rebuild ?? false,
    firewallIds: (server.public_net?.firewalls ?? []).map(({ id }) => id),
    primaryDiskSize: server.primary_disk_size,
    placementGroupId: server.placement_group?.id ?? 0,
    networks: (server.private_net ?? []).map((one) => ({
      networkId: one.network,
      ip: one.ip,
      aliasIps: one.alias_ips ?? [],
      macAddress: one.mac_address ?? "",
    })),
  };
}
