import { z } from "zod";
import { notFound } from "../http/api-error.ts";
import { networkRange, portRange } from "../filter/rule.ts";
import {
  firewallTarget,
  renderTarget,
  type FirewallTarget,
} from "./firewall-target.ts";
import { labels } from "./label.ts";
import type { Project } from "./project.ts";

const ranges = z.array(networkRange);
const ports = z.union([z.literal("any"), portRange]);

/** A rule as it is asked for: what it lets through. */
export const firewallRule = z
  .strictObject({
    description: z.string().max(255).nullable().default(null),
    direction: z.enum(["in", "out"]),
    protocol: z.enum(["tcp", "udp", "icmp", "esp", "gre"]),
    port: ports.nullable().default(null),
    source_ips: ranges.nullish().transform((given) => given ?? []),
    destination_ips: ranges.nullish().transform((given) => given ?? []),
  })
  .refine(
    ({ protocol, port }) => /^(tcp|udp)$/.test(protocol) === (port !== null),
    {
      path: ["port"],
      message: "tcp and udp have a port, other protocols have none",
    },
  )
  .refine(
    (rule) =>
      (rule.direction === "in" ? rule.source_ips : rule.destination_ips)
        .length > 0,
    { message: "needs source_ips (in) or destination_ips (out)" },
  );

/** A firewall: rules, and the servers that they stand in front of. */
export const firewall = z.strictObject({
  id: z.number().int(),
  name: z.string(),
  labels,
  created: z.string(),
  rules: z.array(firewallRule),
  applied_to: z.array(firewallTarget),
});

/** One firewall, as it is kept. */
export type Firewall = z.infer<typeof firewall>;

/** A firewall by number; refuses one that there is none of. */
export function requireFirewall(project: Project, id: number): Firewall {
  const found = project.firewalls.get(id);
  if (!found) throw notFound(`firewall with ID '${id}'`);
  return found;
}

/** A firewall as the API shows it. */
export function renderFirewall(project: Project, given: Firewall): object {
  const render = (target: FirewallTarget) => renderTarget(project, target);
  return { ...given, applied_to: given.applied_to.map(render) };
}
