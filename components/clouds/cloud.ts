import * as pulumi from "@pulumi/pulumi";
import type { Address } from "../addresses.ts";
import type { CloudProvider } from "./config.ts";
import { warnOfKeptChanges } from "./kept-changes.ts";
import {
  everybody,
  type CloudMaker,
  type CloudRule,
  type Labels,
  type Machine,
  type MachineArgs,
} from "./maker.ts";
import { cloudMakers } from "./makers.ts";
import { hostLabels, stackLabel, stackLabels } from "./name.ts";
import { UnclaimedMachines } from "./unclaimed.ts";

export interface CloudArgs {
  /** Whose cloud it is. Its token and endpoint are that provider's own configuration: `hcloud:token`, `digitalocean:token`. */
  readonly provider: CloudProvider;
  /** The public half of the key that the program logs in with: one line, without comment. A machine gets it when it is made; later changes are made on the machine. */
  readonly publicKey: pulumi.Input<string>;
  /** Ports of sshd that the provider lets through to all machines of the stack, from before they are made. @default [22] */
  readonly sshPorts?: readonly number[] | undefined;
  /** Addresses and ranges that may reach sshd. Updates in place. @default - anybody */
  readonly sshFrom?: readonly Address[] | undefined;
  /** Puts the provider's firewall in front of the machines. @default true */
  readonly firewall?: boolean | undefined;
}

/**
 * What the machines of one stack share at a provider: the key that opens them at first, and the firewall that lets SSH
 * through and nothing else, before the first of them is there.
 *
 * @example
 * ```ts
 * const cloud = new Cloud("hetzner", { provider: "hetzner", publicKey: login.hostKey });
 * const host = new Host("web-1", { cloud, size: "cx22" }, { provider });
 * ```
 */
export class Cloud extends pulumi.ComponentResource {
  /** Whose cloud it is. */
  readonly provider: CloudProvider;
  /** The provider's number of the key. */
  readonly keyId: pulumi.Output<string>;
  /** The key that the program logs in with. */
  readonly publicKey: pulumi.Output<string>;
  /** Machines with the stack's label that are in nobody's state. */
  readonly unclaimed = new UnclaimedMachines(this, this);
  readonly #lookedAt: Promise<void>;
  /** The raw resources; firewalls by the port that they let through. */
  readonly nodes: {
    readonly key: pulumi.CustomResource;
    readonly firewalls: Readonly<Record<string, pulumi.CustomResource>>;
  };

  constructor(
    name: string,
    args: CloudArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Cloud", name, {}, opts);
    this.provider = args.provider;
    this.#lookedAt = warnOfKeptChanges(this, this);
    // A line break at its end would replace the key at Hetzner, one day.
    this.publicKey = pulumi.output(args.publicKey).apply((line) => line.trim());
    const key = this.maker.createKey(
      `${name}-key`,
      {
        keyName: `${stackLabel(pulumi.getStack())}-flotilla`,
        publicKey: this.publicKey,
        labels: this.labels,
      },
      { parent: this },
    );
    this.keyId = key.id;
    const { firewall = true, sshPorts = [22], sshFrom = everybody } = args;
    const firewalls = (firewall ? sshPorts : []).map(
      (port) =>
        [String(port), this.createSshFirewall(name, port, sshFrom)] as const,
    );
    this.nodes = { key, firewalls: Object.fromEntries(firewalls) };
    this.registerOutputs({});
  }

  /** A machine of the stack. */
  createMachine(
    name: string,
    args: MachineArgs,
    opts: pulumi.CustomResourceOptions,
  ): Machine {
    const machineName = this.#whenLookedAt(args.machineName);
    return this.maker.createMachine(name, { ...args, machineName }, opts);
  }

  /** What changes while it is looked at would seem to be of somebody else. */
  #whenLookedAt(name: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.output(this.#lookedAt.then(() => name));
  }

  /** How this provider makes things. */
  get maker(): CloudMaker {
    return cloudMakers[this.provider];
  }

  /** What all machines of the stack carry. */
  get labels(): Labels {
    return stackLabels(pulumi.getStack());
  }

  private createSshFirewall(
    name: string,
    port: number,
    from: readonly Address[],
  ): pulumi.CustomResource {
    const ssh = { description: "ssh", protocol: "tcp", port, from } as const;
    const rules: CloudRule[] = [
      ...(from.length === 0 ? [] : [ssh]),
      { description: "ping", protocol: "icmp", from: everybody },
    ];
    return this.createFirewall(
      `${name}-ssh-${port}`,
      { suffix: `ssh-${port}`, rules, machines: this.labels },
      { parent: this },
    );
  }

  /** A firewall in front of one host's machine, beside the one for SSH. */
  createHostFirewall(
    host: string,
    part: string,
    rules: readonly CloudRule[],
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    return this.createFirewall(
      `${host}-${part}`,
      {
        suffix: `${host}-${part}`,
        rules,
        machines: hostLabels(pulumi.getStack(), host),
      },
      pulumi.mergeOptions({ parent: this }, opts),
    );
  }

  private createFirewall(
    name: string,
    { suffix, rules, machines }: NamedFirewall,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    const firewallName = `${stackLabel(pulumi.getStack())}-${suffix}`;
    const { labels } = this;
    return this.maker.createFirewall(
      name,
      {
        firewallName: this.#whenLookedAt(firewallName),
        rules,
        machines,
        labels,
      },
      opts,
    );
  }
}

interface NamedFirewall {
  readonly suffix: string;
  readonly rules: readonly CloudRule[];
  readonly machines: Labels;
}
