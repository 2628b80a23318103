import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { Hetzner } from "./api.ts";
import { oneFirewall, outputsOf } from "./firewall.ts";

const firewallList = z.object({ firewalls: z.array(oneFirewall) });
const filter = z.object({ withSelector: z.string().optional() });

/** `hcloud.getFirewalls`: the firewalls that a label selector chooses. A project has 50 at most, which is one page. */
export async function getFirewalls(
  api: Hetzner,
  args: PropertyMap,
): Promise<PropertyMap> {
  const { withSelector } = filter.parse(args);
  const query = new URLSearchParams({ per_page: "50" });
  if (withSelector) query.set("label_selector", withSelector);
  const answer = await api.ask(`GET /firewalls?${query.toString()}`);
  const { firewalls } = firewallList.parse(answer);
  return {
    ...args,
    id: firewalls.map(({ id }) => id).join("-"),
    firewalls: firewalls.map((one) => ({ id: one.id, ...outputsOf(one) })),
  };
}
