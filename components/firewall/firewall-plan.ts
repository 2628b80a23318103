import type { Input } from "@pulumi/pulumi";
import type { ItemArgsOf } from "../../manifest/items.ts";
import type { Address } from "../addresses.ts";
import { item, type Items } from "../items.ts";
import { sorted } from "../records.ts";

type Rule = ItemArgsOf<"nftables">["rules"][string];

/** One allowed way in. */
export type FirewallRuleArgs = Omit<Rule, "from"> & {
  /** Addresses or CIDR ranges, IPv4 or IPv6. @default - from anywhere */
  readonly from?: readonly Address[] | undefined;
};

/** The name of the firewall's own rule for sshd. */
export const sshRule = "ssh";

/** The table that holds a host's rules. */
export const table = "flotilla";

/** What decides the rules of a host. */
export interface FirewallSettings {
  readonly rules: Readonly<Record<string, FirewallRuleArgs>>;
  /** Addresses and ranges that may reach sshd. @default - anybody */
  readonly sshFrom?: readonly Address[] | undefined;
  readonly sshPort: Input<number>;
  readonly confirmSeconds: number;
  readonly onDelete: "remove" | "ssh-only";
}

/** The item of a host's firewall: the rules by name, and the one for sshd. */
export function firewallItems(settings: FirewallSettings): Items {
  const { rules, sshFrom, sshPort, confirmSeconds, onDelete } = settings;
  const ssh = { port: sshPort, ...(sshFrom ? { from: [...sshFrom] } : {}) };
  return item("nftables", table, {
    rules: {
      ...(sshFrom?.length === 0 ? {} : { [sshRule]: ssh }),
      ...Object.fromEntries(sorted(rules).map(ruleOf)),
    },
    confirmSeconds,
    onDelete,
    sshPort,
  });
}

function ruleOf([name, { from, ...rule }]: [string, FirewallRuleArgs]) {
  return [name, { ...rule, ...(from ? { from: [...from] } : {}) }] as const;
}

/** What keeps everybody out, of sshd or of a rule's own port; `undefined` when nothing does. */
export function mistakeIn({
  rules = {},
  sshFrom,
  allowLockout,
}: {
  readonly rules?: FirewallSettings["rules"] | undefined;
  readonly sshFrom?: FirewallSettings["sshFrom"];
  readonly allowLockout?: boolean | undefined;
}): string | undefined {
  if (sshFrom?.length === 0 && !allowLockout) {
    return "sshFrom: [] lets nobody reach sshd; name who may, or set allowLockout: true";
  }
  if (sshRule in rules) {
    return `rules.${sshRule}: the name is taken by the rule for sshd, which sshFrom decides; rename the rule`;
  }
  const closed = sorted(rules).find(([, { from }]) => from?.length === 0)?.[0];
  return closed === undefined
    ? undefined
    : `rules.${closed}.from: [] lets nobody in; name who may come, or leave it out for everybody`;
}
