import { z } from "zod";
import type { CreateCall } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { findKeys } from "./key-lookup.ts";
import { serverAnswer } from "./server-answer.ts";
import { serverInputs, type ServerInputs } from "./server-inputs.ts";
import { refuseIso } from "./server-update.ts";

const types = z.object({
  server_types: z
    .array(z.object({ name: z.string(), architecture: z.string() }))
    .default([]),
});
const images = z.object({
  images: z.array(z.object({ id: z.number() })).default([]),
});
const image = z.object({ image: z.object({ id: z.number() }) });

/** Makes a server: looks up what its inputs name, orders it, waits for it, and attaches it to its networks. */
export async function createServer({
  api,
  inputs,
  made,
  deadline,
}: CreateCall<Hetzner>): Promise<undefined> {
  const wanted = serverInputs.parse(inputs);
  refuseIso(wanted);
  const body = await orderOf(api, wanted);
  const answer = await api.ask("POST /servers", body);
  const { id } = serverAnswer.parse(answer).server;
  made(String(id));
  await api.finish(answer, deadline);
  await furnish(api, id, wanted, deadline);
}

async function orderOf(api: Hetzner, wanted: ServerInputs): Promise<object> {
  const imageId = await findImage(api, wanted);
  const keys = await findKeys(api, wanted.sshKeys);
  const { placementGroupId } = wanted;
  if (placementGroupId !== undefined)
    await api.ask(`GET /placement_groups/${placementGroupId}`);
  const [net] = wanted.publicNets;
  return {
    name: wanted.name,
    server_type: wanted.serverType,
    image: imageId,
    ...(keys.length > 0 && { ssh_keys: keys }),
    ...(wanted.location !== undefined && { location: wanted.location }),
    ...(wanted.userData !== undefined && { user_data: wanted.userData }),
    ...(Object.keys(wanted.labels).length > 0 && { labels: wanted.labels }),
    ...(wanted.firewallIds.length > 0 && {
      firewalls: wanted.firewallIds.map((firewall) => ({ firewall })),
    }),
    ...(placementGroupId !== undefined && {
      placement_group: placementGroupId,
    }),
    ...(net && {
      public_net: {
        enable_ipv4: net.ipv4Enabled,
        enable_ipv6: net.ipv6Enabled,
        ...(net.ipv4 !== undefined && { ipv4: net.ipv4 }),
        ...(net.ipv6 !== undefined && { ipv6: net.ipv6 }),
      },
    }),
  };
}

async function findImage(
  api: Hetzner,
  { serverType, image: name }: ServerInputs,
): Promise<number> {
  const list = types.parse(
    await api.ask(`GET /server_types?name=${encodeURIComponent(serverType)}`),
  );
  const [type] = list.server_types;
  if (!type) throw new Error(`server type ${serverType} not found`);
  const { architecture } = type;
  const missing = `image ${name} for architecture ${architecture} not found`;
  if (name === "") throw new Error(missing);
  if (/^\d+$/.test(name))
    return image.parse(await api.ask(`GET /images/${name}`)).image.id;
  const query = `architecture=${architecture}&include_deprecated=true&name=${encodeURIComponent(name)}`;
  const [found] = images.parse(await api.ask(`GET /images?${query}`)).images;
  if (!found) throw new Error(missing);
  return found.id;
}

/** What a server gets once it is there. */
async function furnish(
  api: Hetzner,
  id: number,
  wanted: ServerInputs,
  deadline: number | undefined,
): Promise<void> {
  const act = (name: string, body?: unknown) =>
    api.act(`POST /servers/${id}/actions/${name}`, body, deadline);
  for (const { networkId, ip, aliasIps } of wanted.networks) {
    await act("attach_to_network", {
      network: networkId,
      ...(ip !== undefined && { ip }),
      ...(aliasIps.length > 0 && { alias_ips: aliasIps }),
    });
  }
  if (wanted.backups) await act("enable_backup");
  const { deleteProtection, rebuildProtection } = wanted;
  if (deleteProtection || rebuildProtection) {
    const protection = { rebuild: rebuildProtection, delete: deleteProtection };
    await act("change_protection", protection);
  }
}
