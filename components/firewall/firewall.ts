import * as pulumi from "@pulumi/pulumi";
import type { Address } from "../addresses.ts";
import type { Host } from "../hosts/host.ts";
import { packageItems, type Packages } from "../hosts/packages.ts";
import { manifestOptions, type Manifest } from "../manifest.ts";
import {
  firewallItems,
  mistakeIn,
  type FirewallRuleArgs,
} from "./firewall-plan.ts";
import { shown } from "../output.ts";

export interface FirewallArgs {
  /** The host to protect. Replaces the firewall. */
  readonly host: Host;
  /** What installs the package `nftables`. @default - the firewall installs it itself */
  readonly packages?: Packages | undefined;
  /** What comes in, by name; SSH at the host's port is always among it. Updates in place. @default {} */
  readonly rules?: Readonly<Record<string, FirewallRuleArgs>> | undefined;
  /** Addresses and ranges that may reach sshd. Updates in place. @default - anybody */
  readonly sshFrom?: readonly Address[] | undefined;
  /** Seconds that the host waits for a new connection before it takes new rules back (5–600). @default 60 */
  readonly confirmSeconds?: number | undefined;
  /** What a destroy leaves: no table, or SSH and replies. @default "remove" */
  readonly onDelete?: "remove" | "ssh-only" | undefined;
  /** Lets rules through that nobody could log in under; the host still takes them back. @default false */
  readonly allowLockout?: boolean | undefined;
}

/**
 * The firewall of a host: loopback, replies, ICMP, SSH and `rules` come in, nothing else does.
 * New rules stay only if a new connection gets through them; else the host takes them back.
 *
 * @example
 * ```ts
 * new Firewall("web-1-firewall", { host, rules: { web: { port: 80 } } }, { dependsOn: [site] });
 * ```
 */
export class Firewall extends pulumi.ComponentResource {
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: FirewallArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Firewall", name, {}, opts);
    this.refuseMistakes(args);
    const { host, packages } = args;
    const own = packages ? {} : packageItems({ nftables: {} });
    const rules = firewallItems({
      rules: args.rules ?? {},
      sshFrom: args.sshFrom,
      sshPort: host.sshPort,
      confirmSeconds: args.confirmSeconds ?? 60,
      onDelete: args.onDelete ?? "remove",
    });
    const manifest = host.createManifest(
      name,
      { items: { ...own, ...rules } },
      manifestOptions(this, opts, [packages ?? host]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ revision: shown(this.revision) });
  }

  private refuseMistakes(args: FirewallArgs): void {
    const mistake = mistakeIn(args);
    if (mistake) throw new pulumi.ResourceError(mistake, this, true);
  }
}
