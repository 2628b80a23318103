import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { InputProblem } from "../shared/bridged/resource.ts";
import type { Found, ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { labelProblems, labels } from "./labels.ts";

const lines = z.array(z.string()).nullish();
const rule = z.object({
  direction: z.enum(["in", "out"]),
  protocol: z.string(),
  port: z.string().nullish(),
  description: z.string().nullish(),
  source_ips: lines,
  destination_ips: lines,
});

/** A firewall as the API tells it. */
export const oneFirewall = z.object({
  id: z.number(),
  name: z.string(),
  labels,
  rules: z.array(rule).nullish(),
  applied_to: z
    .array(
      z.object({
        server: z.object({ id: z.number() }).nullish(),
        label_selector: z.object({ selector: z.string() }).nullish(),
      }),
    )
    .nullish(),
});

/** An answer with one firewall. */
export const firewallAnswer = z.object({ firewall: oneFirewall });

const inputs = z.object({
  name: z.string(),
  labels,
  rules: z
    .array(
      z.object({
        direction: z.enum(["in", "out"]),
        protocol: z.string(),
        port: z.string().optional(),
        description: z.string().optional(),
        sourceIps: z.array(z.string()).default([]),
        destinationIps: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  applyTos: z
    .array(
      z.object({
        labelSelector: z.string().optional(),
        server: z.number().optional(),
      }),
    )
    .default([]),
});

/** `hcloud.Firewall`. */
export const firewall: ManagedResource<Hetzner> = {
  isAutonamed: true,
  computed: ["labels"],
  sets: ["rules", "applyTos"],
  toldAsOne: ["rules"],
  problems: (given) => [...ruleProblems(given), ...labelProblems(given)],
  create: async ({ api, inputs: given, made, deadline }) => {
    const wanted = inputs.parse(given);
    const answer = await api.ask("POST /firewalls", {
      name: wanted.name,
      ...(Object.keys(wanted.labels).length > 0 && { labels: wanted.labels }),
      ...(wanted.rules.length > 0 && { rules: rulesOf(wanted) }),
      ...(wanted.applyTos.length > 0 && { apply_to: targetsOf(wanted) }),
    });
    made(String(firewallAnswer.parse(answer).firewall.id));
    await api.finish(answer, deadline);
    return undefined;
  },
  read: async ({ api, id }) => readFirewall(api, id),
  update: async ({ api, id, inputs: given, changed, deadline }) => {
    const wanted = inputs.parse(given);
    if (changed.has("applyTos"))
      throw new Error(
        "this stand-in does not change applyTos of a firewall: use hcloud.FirewallAttachment",
      );
    if (!(await readFirewall(api, id))) return "gone";
    if (changed.has("rules") && wanted.rules.length > 0)
      await api.act(
        `POST /firewalls/${id}/actions/set_rules`,
        { rules: rulesOf(wanted) },
        deadline,
      );
    const body = {
      ...(changed.has("name") && { name: wanted.name }),
      ...(changed.has("labels") && { labels: wanted.labels }),
    };
    if (Object.keys(body).length > 0)
      await api.ask(`PUT /firewalls/${id}`, body);
    const now = await readFirewall(api, id);
    // The official plugin sends no empty list of rules either, and says that there are none.
    return now && wanted.rules.length === 0 ? { ...now, rules: [] } : now;
  },
  // As the official one since its pull request 464: a firewall that is applied to anything cannot be deleted.
  remove: async ({ api, id, deadline }) => {
    const answer = await api.ask(`GET /firewalls/${id}`);
    const applied = firewallAnswer.parse(answer).firewall.applied_to ?? [];
    if (applied.length > 0)
      await api.act(
        `POST /firewalls/${id}/actions/remove_from_resources`,
        { remove_from: applied.map(targetOf) },
        deadline,
      );
    await api.ask(`DELETE /firewalls/${id}`);
  },
};

type HetznerFirewall = z.infer<typeof oneFirewall>;
type Applied = NonNullable<HetznerFirewall["applied_to"]>[number];

function targetOf({ server, label_selector: selector }: Applied): object {
  return server
    ? { type: "server", server: { id: server.id } }
    : {
        type: "label_selector",
        label_selector: { selector: selector?.selector ?? "" },
      };
}

async function readFirewall(
  api: Hetzner,
  id: string,
): Promise<Found | undefined> {
  const found = await unlessMissing(() => api.ask(`GET /firewalls/${id}`));
  return found === undefined
    ? undefined
    : outputsOf(firewallAnswer.parse(found).firewall);
}

/** A firewall as the plugin tells it. */
export function outputsOf(found: HetznerFirewall): Found {
  return {
    name: found.name,
    labels: found.labels,
    rules: (found.rules ?? []).map((one) => ({
      description: one.description ?? "",
      destinationIps: one.destination_ips ?? [],
      direction: one.direction,
      port: one.port ?? "",
      protocol: one.protocol,
      sourceIps: one.source_ips ?? [],
    })),
  };
}

function rulesOf({ rules }: z.infer<typeof inputs>): object[] {
  return rules.map(({ direction, protocol, port, description, ...ips }) => ({
    direction,
    ...(direction === "in"
      ? { source_ips: ips.sourceIps }
      : { destination_ips: ips.destinationIps }),
    protocol,
    ...(port !== undefined && { port }),
    ...(description !== undefined && { description }),
  }));
}

function targetsOf({ applyTos }: z.infer<typeof inputs>): object[] {
  return applyTos.map(({ server, labelSelector }) =>
    server === undefined
      ? { type: "label_selector", label_selector: { selector: labelSelector } }
      : { type: "server", server: { id: server } },
  );
}

function ruleProblems({ rules }: PropertyMap): InputProblem[] {
  const ips = z
    .array(z.looseObject({ sourceIps: lines, destinationIps: lines }))
    .safeParse(rules ?? []).data;
  return (ips ?? [])
    .flatMap((one) => [...(one.sourceIps ?? []), ...(one.destinationIps ?? [])])
    .flatMap((range) => {
      const reason = rangeProblem(range);
      return reason === undefined ? [] : [{ property: "rules", reason }];
    });
}

function rangeProblem(range: string): string | undefined {
  if (!ipaddr.isValidCIDR(range)) return `invalid CIDR address: ${range}.`;
  const [, bits] = ipaddr.parseCIDR(range);
  const kind = range.includes(":") ? ipaddr.IPv6 : ipaddr.IPv4;
  const start = `${kind.networkAddressFromCIDR(range).toString()}/${bits}`;
  const isStart = ipaddr.parseCIDR(range)[0].toString() === start.split("/")[0];
  return isStart
    ? undefined
    : `${range} is not the start of the cidr block ${start}.`;
}
