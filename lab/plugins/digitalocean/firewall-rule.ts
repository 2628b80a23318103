import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";

const end = z.record(
  z.string(),
  z.array(z.union([z.string(), z.number()])).nullish(),
);

/** A rule as the API tells it. */
export const rule = z.object({
  protocol: z.string(),
  ports: z.string().nullish(),
  sources: end.nullish(),
  destinations: end.nullish(),
});

/** A rule among inputs. */
export const ruleInputs = z.looseObject({
  protocol: z.string(),
  portRange: z.string().nullish(),
});

/** What the other end of a rule is called, in the API and before each input. */
export const otherEnd = {
  inbound: { key: "sources", prefix: "source" },
  outbound: { key: "destinations", prefix: "destination" },
} as const;

type End = (typeof otherEnd)[keyof typeof otherEnd];

/** How the API names what an input ends with. */
const kinds = {
  Addresses: "addresses",
  DropletIds: "droplet_ids",
  KubernetesIds: "kubernetes_ids",
  LoadBalancerUids: "load_balancer_uids",
  Tags: "tags",
};

/** Rules as they are sent; null where there is none. */
export function sentRules(
  rules: readonly z.infer<typeof ruleInputs>[],
  { key, prefix }: End,
): object[] | null {
  if (rules.length === 0) return null;
  return rules.map(({ protocol, portRange, ...rest }) => {
    const given = Object.entries(kinds).flatMap(([input, sent]) => {
      const list = rest[`${prefix}${input}`];
      return Array.isArray(list) && list.length > 0 ? [[sent, list]] : [];
    });
    return {
      protocol,
      ...(portRange && { ports: portRange }),
      [key]: Object.fromEntries(given) as object,
    };
  });
}

/** Rules as outputs. The API says port 0 for a protocol without ports, and for all ports. */
export function toldRules(
  rules: readonly z.infer<typeof rule>[],
  { key, prefix }: End,
): PropertyMap[] {
  return rules.map((one) => {
    const lists = Object.entries(kinds).map(([input, sent]) => [
      `${prefix}${input}`,
      one[key]?.[sent] ?? [],
    ]);
    return {
      portRange: portsOf(one),
      protocol: one.protocol,
      ...(Object.fromEntries(lists) as PropertyMap),
    };
  });
}

function portsOf({ ports, protocol }: z.infer<typeof rule>): string {
  if (protocol === "icmp") return "";
  return ports === "0" ? "all" : (ports ?? "");
}
