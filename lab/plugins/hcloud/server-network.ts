import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { serverAnswer } from "./server-answer.ts";

const inputs = z.object({
  serverId: z.number(),
  networkId: z.number().optional(),
  subnetId: z.string().optional(),
  ip: z.string().optional(),
  aliasIps: z.array(z.string()).default([]),
});

/** `hcloud.ServerNetwork`: a server's place in a network. */
export const serverNetwork: ManagedResource<Hetzner> = {
  style: "framework",
  computed: ["ip", "networkId"],
  defaults: { aliasIps: [] },
  sets: ["aliasIps"],
  replaces: ["ip", "networkId", "serverId", "subnetId"],
  create: async ({ api, inputs: given, made, deadline }) => {
    const { serverId, ip, aliasIps, ...wanted } = inputs.parse(given);
    const network = wanted.networkId ?? Number(wanted.subnetId?.split("-")[0]);
    const answer = await api.ask(
      `POST /servers/${serverId}/actions/attach_to_network`,
      {
        network,
        ...(ip !== undefined && { ip }),
        ...(aliasIps.length > 0 && { alias_ips: aliasIps }),
      },
    );
    made(`${serverId}-${network}`);
    await api.finish(answer, deadline);
    return undefined;
  },
  read: async ({ api, id }) => readAttachment(api, id),
  update: async ({ api, id, inputs: given, deadline }) => {
    const [server, network] = id.split("-");
    const { aliasIps } = inputs.parse(given);
    await api.act(
      `POST /servers/${server}/actions/change_alias_ips`,
      { network: Number(network), alias_ips: aliasIps },
      deadline,
    );
    return undefined;
  },
  remove: async ({ api, id, deadline }) => {
    const [server, network] = id.split("-");
    const path = `POST /servers/${server}/actions/detach_from_network`;
    await api.act(path, { network: Number(network) }, deadline);
  },
};

async function readAttachment(
  api: Hetzner,
  id: string,
): Promise<PropertyMap | undefined> {
  const [serverId, networkId] = id.split("-");
  const found = await unlessMissing(() => api.ask(`GET /servers/${serverId}`));
  if (found === undefined) return undefined;
  const { private_net } = serverAnswer.parse(found).server;
  const place = private_net?.find((one) => one.network === Number(networkId));
  return (
    place && {
      serverId: Number(serverId),
      networkId: place.network,
      ip: place.ip,
      aliasIps: place.alias_ips ?? [],
      macAddress: place.mac_address ?? "",
    }
  );
}
