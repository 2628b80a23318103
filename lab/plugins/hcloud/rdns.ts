import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { serverAnswer, type HetznerServer } from "./server-answer.ts";

const inputs = z.object({
  dnsPtr: z.string(),
  ipAddress: z.string(),
  serverId: z.number(),
});

/** `hcloud.Rdns`: the name that an address of a server is looked up as. */
export const rdns: ManagedResource<Hetzner> = {
  style: "framework",
  replaces: [
    ...["floatingIpId", "ipAddress", "loadBalancerId"],
    ...["primaryIpId", "serverId"],
  ],
  create: async ({ api, inputs: given, made, deadline }) => {
    const other = ["floatingIpId", "loadBalancerId", "primaryIpId"].find(
      (key) => given[key] !== undefined,
    );
    if (other !== undefined)
      throw new Error(
        `this stand-in names addresses of servers only, not by ${other}: use the official plugin`,
      );
    const { serverId, ipAddress, dnsPtr } = inputs.parse(given);
    await api.ask(`GET /servers/${serverId}`);
    await change(api, { serverId, ipAddress, dnsPtr, deadline });
    made(`s-${serverId}-${ipAddress}`);
    return { serverId, ipAddress, dnsPtr };
  },
  read: async ({ api, id }) => {
    const { serverId, ipAddress } = partsOf(id);
    const found = await unlessMissing(() =>
      api.ask(`GET /servers/${serverId}`),
    );
    if (found === undefined) return undefined;
    const dnsPtr = pointerOf(serverAnswer.parse(found).server, ipAddress);
    return dnsPtr ? { serverId, ipAddress, dnsPtr } : undefined;
  },
  update: async ({ api, id, inputs: given, deadline }) => {
    const { dnsPtr } = inputs.parse(given);
    await change(api, { ...partsOf(id), dnsPtr, deadline });
    return { ...partsOf(id), dnsPtr };
  },
  remove: async ({ api, id, deadline }) => {
    await change(api, { ...partsOf(id), dnsPtr: null, deadline });
  },
};

interface Pointer {
  readonly serverId: number;
  readonly ipAddress: string;
  readonly dnsPtr: string | null;
  readonly deadline: number | undefined;
}

async function change(
  api: Hetzner,
  { serverId, ipAddress, dnsPtr, deadline }: Pointer,
): Promise<void> {
  await api.act(
    `POST /servers/${serverId}/actions/change_dns_ptr`,
    { ip: ipAddress, dns_ptr: dnsPtr },
    deadline,
  );
}

/** `s-1150-203.0.113.152`: the server and the address. */
function partsOf(id: string): { serverId: number; ipAddress: string } {
  const [, server, ipAddress = ""] = /^s-(\d+)-(.*)$/.exec(id) ?? [];
  return { serverId: Number(server), ipAddress };
}

function pointerOf(
  { public_net }: HetznerServer,
  address: string,
): PropertyMap["dnsPtr"] {
  if (public_net?.ipv4?.ip === address) return public_net.ipv4.dns_ptr;
  return public_net?.ipv6?.dns_ptr?.find(({ ip }) => ip === address)?.dns_ptr;
}
