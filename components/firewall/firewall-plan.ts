import type { Input } from "@pulumi/pulumi";
import type { ItemArgsOf } from "../../manifest/items.ts";
import { item, type Items } from "../items.ts";

/** One allowed way in. */
export type FirewallRuleArgs = ItemArgsOf<"nftables">["rules"][string];

/** The name of the firewall's own rule for sshd. */
export const sshRule = "ssh";

/** The table that holds a host's rules. */
export const table = "flotilla";

/** What decides the rules of a host. */
export interface FirewallSettings {
  readonly rules: Readonly<Record<string, FirewallRuleArgs>>;
  /** Addresses and ranges that may reach sshd. @default - anybody */
  readonly sshFrom?: readonly string[] | undefined;
  readonly sshPort: Input<number>;
  readonly confirmSeconds: number;
  readonly onDelete: "remove" | "ssh-only";
}

/** The item of a host's firewall: the rules by name, and the one for sshd. */
export function firewallItems(settings: FirewallSettings): Items {
  const { rules, sshFrom, sshPort, confirmSeconds, onDelete } = settings;
  const names = Object.keys(rules).sort();
  const ssh = { port: sshPort, ...(sshFrom ? { from: [...sshFrom] } : {}) };
  return item("nftables", table, {
    rules: {
      [sshRule]: ssh,
      ...Object.fromEntries(
        names.map((name) => [name, rules[name] ?? { port: 0 }]),
      ),
    },
    confirmSeconds,
    onDelete,
    sshPort,
  });
}

/** What would lock everybody out, whoever they are; `undefined` when nothing does. */
export function lockoutOf({
  rules,
  sshFrom,
}: Pick<FirewallSettings, "rules" | "sshFrom">): string | undefined {
  if (sshFrom?.length === 0) {
    return "sshFrom: [] lets nobody reach sshd; name who may, or set allowLockout: true";
  }
  return sshRule in rules
    ? `rules.${sshRule}: the name is taken by the rule for sshd, which sshFrom decides; rename the rule`
    : undefined;
}
