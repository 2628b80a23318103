import type { Found, UpdateCall } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { findKeys } from "./key-lookup.ts";
import { changeAddresses, type ServerChange } from "./server-addresses.ts";
import { serverInputs, type ServerInputs } from "./server-inputs.ts";
import { changeNetworks } from "./server-networks.ts";
import { findServer, serverOutputs } from "./server-state.ts";

const steps: Readonly<
  Record<string, (change: ServerChange) => Promise<unknown>>
> = {
  name: ({ api, server, wanted }) =>
    api.ask(`PUT /servers/${server.id}`, { name: wanted.name }),
  labels: ({ api, server, wanted }) =>
    api.ask(`PUT /servers/${server.id}`, { labels: wanted.labels }),
  serverType: changeType,
  backups: ({ act, wanted }) =>
    act(wanted.backups ? "enable_backup" : "disable_backup"),
  firewallIds: changeFirewalls,
  networks: changeNetworks,
  publicNets: changeAddresses,
  placementGroupId: changePlacement,
  rescue: changeRescue,
  protection: ({ act, wanted }) =>
    act("change_protection", {
      rebuild: wanted.rebuildProtection,
      delete: wanted.deleteProtection,
    }),
};

/** Changes that only the official plugin carries out. */
const refused = ["iso"];

/** Changes a server in place, one request for each thing that differs. */
export async function updateServer(
  call: UpdateCall<Hetzner>,
): Promise<Found | "gone"> {
  const { api, id, inputs, state, changed, deadline } = call;
  const wanted = serverInputs.parse(inputs);
  const unable = refused.filter((key) => changed.has(key));
  if (unable.length > 0)
    throw new Error(
      `this stand-in does not change ${unable.join(", ")} of a server: use the official plugin`,
    );
  const server = await findServer(api, id);
  if (!server) return "gone";
  const act = (name: string, body?: unknown) =>
    api.act(`POST /servers/${id}/actions/${name}`, body, deadline);
  for (const key of stepsFor(changed))
    await steps[key]?.({ api, server, wanted, state, act, deadline });
  const now = await findServer(api, id);
  return now ? serverOutputs(now, inputs) : "gone";
}

/** The order of the steps is the one above; both protections are one. */
function stepsFor(changed: ReadonlySet<string>): string[] {
  const isProtection =
    changed.has("deleteProtection") || changed.has("rebuildProtection");
  return Object.keys(steps).filter(
    (key) => changed.has(key) || (key === "protection" && isProtection),
  );
}

async function changeType({
  server,
  wanted,
  act,
}: ServerChange): Promise<void> {
  if (server.status === "running") await act("poweroff");
  await act("change_type", {
    server_type: wanted.serverType,
    upgrade_disk: !wanted.keepDisk,
  });
}

async function changeFirewalls(change: ServerChange): Promise<void> {
  const { api, server, wanted, deadline } = change;
  const before = (server.public_net?.firewalls ?? []).map(({ id }) => id);
  const resource = [{ type: "server", server: { id: server.id } }];
  for (const id of before.filter((one) => !wanted.firewallIds.includes(one)))
    await api.act(
      `POST /firewalls/${id}/actions/remove_from_resources`,
      { remove_from: resource },
      deadline,
    );
  for (const id of wanted.firewallIds.filter((one) => !before.includes(one)))
    await api.act(
      `POST /firewalls/${id}/actions/apply_to_resources`,
      { apply_to: resource },
      deadline,
    );
}

/** A placement group is left and joined while the server is off. */
async function changePlacement(change: ServerChange): Promise<void> {
  const { server, wanted, act } = change;
  const isRunning = server.status === "running";
  if (isRunning) await act("poweroff");
  if (server.placement_group) await act("remove_from_placement_group");
  if (wanted.placementGroupId !== undefined)
    await act("add_to_placement_group", {
      placement_group: wanted.placementGroupId,
    });
  if (isRunning) await act("poweron");
}

async function changeRescue({ api, wanted, act }: ServerChange): Promise<void> {
  if (wanted.rescue === undefined) {
    await act("disable_rescue");
  } else {
    const keys = await findKeys(api, wanted.sshKeys);
    await act("enable_rescue", { type: wanted.rescue, ssh_keys: keys });
  }
  await act("reset");
}

/** An ISO image is mounted by the official plugin only. */
export function refuseIso({ iso, rescue }: ServerInputs): void {
  const given = [iso && "iso", rescue && "rescue"].filter(Boolean);
  if (given.length > 0)
    throw new Error(
      `this stand-in makes no server with ${given.join(", ")}: use the official plugin`,
    );
}
