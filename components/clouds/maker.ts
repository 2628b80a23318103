import type * as pulumi from "@pulumi/pulumi";

/** What tells whose a machine is, the widest first: its stack, its host. */
export type Labels = Readonly<Record<string, string>>;

/** What a machine is made of, whoever makes it. */
export interface MachineArgs {
  /** Name at the provider; the same for the same stack, host and generation. */
  readonly machineName: pulumi.Input<string>;
  /** The provider's name of the size that was chosen. */
  readonly size: string;
  /** @default - Falkenstein, Frankfurt */
  readonly location?: string | undefined;
  /** @default - Debian 12 */
  readonly image?: string | undefined;
  readonly userData: pulumi.Input<string>;
  /** The provider's number of the key that it puts into root's authorized_keys. */
  readonly key: pulumi.Input<string>;
  readonly labels: Labels;
  /** The address that it is to have, whichever machine has the name. @default - one that goes with it */
  readonly reservedAddress?: ReservedAddressArgs | undefined;
}

/** An address that stays when the machine that has it goes. */
export interface ReservedAddressArgs {
  /** Names its resources. */
  readonly name: string;
  /** Name at the provider, where addresses have one. */
  readonly addressName: string;
}

/** A machine of a provider. */
export interface Machine {
  /** The provider's number of it. */
  readonly id: pulumi.Output<string>;
  /** Its own public IPv4 address: what it sends comes from there. */
  readonly address: pulumi.Output<string>;
  /** The reserved address that leads to it, where it is not its own too. */
  readonly reservedAddress?: pulumi.Output<string> | undefined;
  /** The provider's resource: what is on it is gone with it. */
  readonly resource: pulumi.CustomResource;
}

/** A machine that a provider has, whoever made it. */
export interface FoundMachine {
  /** The provider's number of it. */
  readonly id: string;
  readonly name: string;
  /** Public IPv4 address; empty where it has none yet. */
  readonly address: string;
}

/** Something of the stack that an update may change at a provider, and that can be looked at without a refresh. */
export interface Changeable {
  /** Type of the resource. */
  readonly type: string;
  /** Its output that changes. */
  readonly property: string;
  /** What that is, at the beginning of a sentence. */
  readonly words: string;
  /** What the provider has of it; fails when nobody can say. */
  readonly find: (
    labels: Labels,
    opts: pulumi.InvokeOptions,
  ) => Promise<
    readonly {
      /** The provider's number of it. */
      readonly id: string;
      readonly name: string;
      /** What the output would be. */
      readonly value: unknown;
    }[]
  >;
}

/** Everybody, in both families of addresses. */
export const everybody = ["0.0.0.0/0", "::/0"] as const;

/** What may come in. */
export interface CloudRule {
  readonly description: string;
  readonly protocol: "tcp" | "udp" | "icmp";
  /** 1–65535; none for icmp. */
  readonly port?: number | undefined;
  /** Addresses and ranges, IPv4 or IPv6. */
  readonly from: readonly pulumi.Input<string>[];
}

/** What a provider lets through to machines; everything goes out. */
export interface CloudFirewallArgs {
  readonly firewallName: pulumi.Input<string>;
  readonly rules: readonly CloudRule[];
  /** The labels of the machines that it stands in front of. */
  readonly machines: Labels;
  readonly labels: Labels;
}

/** A public key at the provider. */
export interface CloudKeyArgs {
  readonly keyName: string;
  readonly publicKey: pulumi.Input<string>;
  readonly labels: Labels;
}

/** How one provider makes things. The same words for all of them: whoever makes a host need not know whose it is. */
export interface CloudMaker {
  /** The command of the provider's own tool that deletes a machine. */
  readonly deleteCommand: (id: string) => string;
  /** What the provider's plugin keeps as made when a change of it failed, and does not try again. */
  readonly changeable: readonly Changeable[];
  /** The machines that carry these labels; fails when nobody can say. */
  findMachines(
    labels: Labels,
    opts: pulumi.InvokeOptions,
  ): Promise<readonly FoundMachine[]>;
  /** Whether a reserved address is led to another machine while one has it. */
  readonly movesAddress: boolean;
  createKey(
    name: string,
    args: CloudKeyArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource;
  createMachine(
    name: string,
    args: MachineArgs,
    opts: pulumi.CustomResourceOptions,
  ): Machine;
  createFirewall(
    name: string,
    args: CloudFirewallArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource;
}

/** Options of what belongs to a machine and stays when that goes. */
export function outliving({
  parent,
  protect = false,
}: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return { protect, ...(parent && { parent }) };
}
