import { randomInt } from "node:crypto";
import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { Hetzner } from "./api.ts";
import type { HetznerServer } from "./server-answer.ts";
import type { ServerInputs } from "./server-inputs.ts";

const stated = z.object({
  publicNets: z
    .array(
      z.looseObject({ ipv4: z.number().nullish(), ipv6: z.number().nullish() }),
    )
    .nullish()
    .transform((nets) => nets ?? []),
});

/** One server that is being changed. */
export interface ServerChange {
  readonly api: Hetzner;
  readonly server: HetznerServer;
  readonly wanted: ServerInputs;
  readonly state: PropertyMap;
  readonly act: (name: string, body?: unknown) => Promise<void>;
  readonly deadline: number | undefined;
}

/** Gives a server the primary IPv4 address that is named now, or another one where none is any more, while it is off. */
export async function changeAddresses(change: ServerChange): Promise<void> {
  const { wanted, state, act } = change;
  const [net, ...others] = wanted.publicNets;
  const [before] = stated.parse(state).publicNets;
  await act("poweroff");
  if (!net) {
    await renew(change, "ipv4", before?.ipv4);
    await renew(change, "ipv6", before?.ipv6);
  } else {
    const { ipv4, ipv4Enabled, ipv6, ipv6Enabled } = net;
    if (!ipv4 || !ipv4Enabled || ipv6 || !ipv6Enabled || others.length > 0)
      throw new Error(
        "this stand-in gives a server another primary IPv4 address, and changes no other publicNets: use the official plugin",
      );
    await take(change, ipv4, before?.ipv4);
  }
  await act("poweron");
}

/** An address that was named gives way to one that goes with the server. */
async function renew(
  { api, server, deadline }: ServerChange,
  type: "ipv4" | "ipv6",
  named: number | null | undefined,
): Promise<void> {
  if (!named) return;
  await api.act(`POST /primary_ips/${named}/actions/unassign`, {}, deadline);
  const order = {
    ...{ name: `primary_ip-${randomInt(1_000_000, 9_999_999)}`, type },
    ...{ assignee_id: server.id, assignee_type: "server", auto_delete: true },
  };
  await api.act("POST /primary_ips", order, deadline);
}

/** The address that the server had is deleted, unless it was named. */
async function take(
  { api, server, deadline }: ServerChange,
  id: number,
  named: number | null | undefined,
): Promise<void> {
  const has = server.public_net?.ipv4?.id;
  if (has) {
    await api.act(`POST /primary_ips/${has}/actions/unassign`, {}, deadline);
    if (!named) await api.ask(`DELETE /primary_ips/${has}`);
  }
  const owner = { assignee_id: server.id, assignee_type: "server" };
  await api.act(`POST /primary_ips/${id}/actions/assign`, owner, deadline);
}
