import { z } from "zod";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { networkAnswer } from "./network.ts";

const inputs = z.object({
  networkId: z.number(),
  type: z.string(),
  networkZone: z.string(),
  ipRange: z.string(),
  vswitchId: z.number().nullish(),
});

/** `hcloud.NetworkSubnet`: every change makes another one. */
export const networkSubnet: ManagedResource<Hetzner> = {
  create: async ({ api, inputs: given, made, deadline }) => {
    const wanted = inputs.parse(given);
    const { networkId, vswitchId } = wanted;
    const answer = await api.ask(
      `POST /networks/${networkId}/actions/add_subnet`,
      {
        type: wanted.type,
        ip_range: wanted.ipRange,
        network_zone: wanted.networkZone,
        ...(typeof vswitchId === "number" && { vswitch_id: vswitchId }),
      },
    );
    made(`${networkId}-${wanted.ipRange}`);
    await api.finish(answer, deadline);
    return undefined;
  },
  read: async ({ api, id }) => {
    const [networkId, range] = partsOf(id);
    const found = await unlessMissing(() =>
      api.ask(`GET /networks/${networkId}`),
    );
    const subnet =
      found === undefined
        ? undefined
        : networkAnswer
            .parse(found)
            .network.subnets?.find(({ ip_range }) => ip_range === range);
    return (
      subnet && {
        networkId: Number(networkId),
        type: subnet.type,
        networkZone: subnet.network_zone,
        ipRange: subnet.ip_range,
        gateway: subnet.gateway ?? "",
        ...(subnet.vswitch_id && { vswitchId: subnet.vswitch_id }),
      }
    );
  },
  remove: async ({ api, id, deadline }) => {
    const [networkId, range] = partsOf(id);
    await api.ask(`GET /networks/${networkId}`);
    const path = `POST /networks/${networkId}/actions/delete_subnet`;
    await api.act(path, { ip_range: range }, deadline);
  },
};

/** `1121-10.0.1.0/24`: the network and the range. */
function partsOf(id: string): [string, string] {
  const [networkId = "", ...rest] = id.split("-");
  return [networkId, rest.join("-")];
}
