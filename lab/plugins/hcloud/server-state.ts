import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { Found } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import {
  ipv6Of,
  serverAnswer,
  serverList,
  type HetznerServer,
} from "./server-answer.ts";

const declared = z.object({
  networks: z
    .array(z.looseObject({ networkId: z.number().nullish() }))
    .nullish()
    .catch([]),
  publicNets: z.array(z.looseObject({})).nullish().catch([]),
});

/** Looks a server up; what is not found by its id is looked for under that name before it is called gone. */
export async function findServer(
  api: Hetzner,
  id: string,
): Promise<HetznerServer | undefined> {
  if (/^\d+$/.test(id)) {
    const found = await unlessMissing(() => api.ask(`GET /servers/${id}`));
    if (found !== undefined) return serverAnswer.parse(found).server;
  }
  const name = encodeURIComponent(id);
  const list = serverList.parse(await api.ask(`GET /servers?name=${name}`));
  return list.servers[0];
}

/** The outputs of a server, given what its state or plan says. */
export function serverOutputs(
  server: HetznerServer,
  state: PropertyMap,
): Found {
  const [ipv6Network, ipv6Address] = ipv6Of(server);
  const { networks, publicNets } = declared.parse(state);
  return {
    name: server.name,
    status: server.status,
    serverType: server.server_type?.name ?? "",
    image: imageOf(server, state["image"]),
    location: server.location?.name ?? "",
    datacenter: null,
    ipv4Address: server.public_net?.ipv4?.ip ?? "",
    ...{ ipv6Network, ipv6Address },
    backupWindow: server.backup_window ?? "",
    backups: Boolean(server.backup_window),
    labels: server.labels,
    deleteProtection: server.protection?.delete ?? false,
    rebuildProtection: server.protection?.rebuild ?? false,
    firewallIds: (server.public_net?.firewalls ?? []).map(({ id }) => id),
    primaryDiskSize: server.primary_disk_size,
    placementGroupId: server.placement_group?.id ?? 0,
    networks: (networks ?? []).flatMap(({ networkId }) =>
      networkOf(server, networkId),
    ),
    publicNets: (publicNets ?? []).slice(0, 1).map((given) => ({
      ...given,
      ipv4: server.public_net?.ipv4?.id ?? 0,
      ipv6: server.public_net?.ipv6?.id ?? 0,
    })),
  };
}

/** An image that was named by its id stays so. */
function imageOf({ image }: HetznerServer, stated: unknown): unknown {
  if (!image) return stated;
  const id = String(image.id);
  return stated === id ? id : (image.name ?? id);
}

/** Only networks that the program declared are in the state. */
function networkOf(
  { private_net }: HetznerServer,
  networkId: number | null | undefined,
): PropertyMap[] {
  const found = private_net?.find(({ network }) => network === networkId);
  if (!found) return [];
  const { network, ip, alias_ips, mac_address } = found;
  return [
    {
      aliasIps: alias_ips ?? [],
      ip,
      macAddress: mac_address ?? "",
      networkId: network,
      subnetId: "",
    },
  ];
}
