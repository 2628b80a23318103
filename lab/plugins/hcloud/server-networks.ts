import type { HetznerServer } from "./server-answer.ts";
import type { ServerInputs } from "./server-inputs.ts";

/** Detaches a server from networks that are no longer wanted, and attaches it to new ones. */
export async function changeNetworks({
  server,
  wanted,
  act,
}: {
  readonly server: HetznerServer;
  readonly wanted: ServerInputs;
  readonly act: (name: string, body?: unknown) => Promise<void>;
}): Promise<void> {
  const before = server.private_net ?? [];
  const isSame = (one: (typeof before)[number]) =>
    wanted.networks.some(
      ({ networkId, ip }) =>
        networkId === one.network && (ip === undefined || ip === one.ip),
    );
  const kept = before.filter(isSame).map(({ network }) => network);
  for (const { network } of before.filter((one) => !isSame(one)))
    await act("detach_from_network", { network });
  for (const { networkId: network, ip, aliasIps } of wanted.networks) {
    if (kept.includes(network)) {
      await act("change_alias_ips", { network, alias_ips: aliasIps });
    } else {
      await act("attach_to_network", {
        network,
        ...(ip !== undefined && { ip }),
        ...(aliasIps.length > 0 && { alias_ips: aliasIps }),
      });
    }
  }
}
