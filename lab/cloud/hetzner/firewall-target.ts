import { z } from "zod";
import type { Firewall } from "./firewall.ts";
import { parseSelector } from "./label.ts";
import type { Project } from "./project.ts";
import type { Server } from "./server.ts";

/** What a firewall is applied to: one server, or all that carry labels. */
export const firewallTarget = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("server"),
    server: z.strictObject({ id: z.number().int() }),
  }),
  z.strictObject({
    type: z.literal("label_selector"),
    label_selector: z.strictObject({ selector: z.string() }),
  }),
]);

/** One thing that a firewall is applied to. */
export type FirewallTarget = z.infer<typeof firewallTarget>;

/** The servers that a target means now. */
export function serversOf(project: Project, target: FirewallTarget): Server[] {
  if (target.type === "server") {
    const found = project.servers.get(target.server.id);
    return found ? [found] : [];
  }
  const fits = parseSelector(target.label_selector.selector);
  return project.servers.all().filter(({ labels }) => fits(labels));
}

/** The firewalls that are in front of a server now. */
export function firewallsOf(project: Project, given: Server): Firewall[] {
  return project.firewalls
    .all()
    .filter(({ applied_to }) =>
      applied_to.some((target) => serversOf(project, target).includes(given)),
    );
}

/** Whether two targets are the same. */
export function isSameTarget(
  one: FirewallTarget,
  other: FirewallTarget,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A target as the API shows it. */
export function renderTarget(project: Project, target: FirewallTarget): object {
  if (target.type === "server") return target;
  const servers = serversOf(project, target);
  return {
    ...target,
    applied_to_resources: servers.map(({ id }) => ({
      type: "server",
      server: { id },
    })),
  };
}
