import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../../manifest/manifest.ts";
import {
  Manifest,
  type ManifestArgs,
  manifestOptions,
  manifestType,
} from "../manifest.ts";
import type { Machine } from "../clouds/maker.ts";
import {
  makeCloudHost,
  placeOf,
  type CloudHostArgs,
  type FirstContact,
} from "./cloud-host.ts";
import { guardMachine, type MachineGuard } from "./machine-guard.ts";
import type { MachineSnapshots } from "./machine-snapshots.ts";
import { shown } from "../output.ts";
import { AcceptedHostKey } from "./accepted-host-key.ts";
import { isReference } from "../reference.ts";

export interface HostArgs {
  /** Address or name under which the program reaches the host. Updates in place, without a connection. */
  readonly address: pulumi.Input<string>;
  /** Accepted host keys, each as in known_hosts: `ssh-ed25519 AAAA…`. Updates in place, without a connection. @default - needed, unless `acceptNewHostKey` */
  readonly hostKeys?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
  /** Without `hostKeys`: accepts the key that the host shows at its first contact, says so as a warning with the fingerprint, and records it; no other is accepted later. @default false */
  readonly acceptNewHostKey?: boolean | undefined;
  /** Port of sshd. Updates in place, without a connection. @default 22 */
  readonly port?: pulumi.Input<number> | undefined;
  /** Login on the host; when it is not root it needs passwordless sudo. Updates in place. @default "root" */
  readonly user?: pulumi.Input<string> | undefined;
  /** Identity of the machine. Replaces everything on the host. @default - the resource's name */
  readonly id?: pulumi.Input<string> | undefined;
}

/** What is declared on a host. */
export interface HostManifestArgs extends Omit<ManifestArgs, "host"> {
  /** All of it counts as data: with `snapshotBefore`, a snapshot comes before any change. Packages always count. @default false */
  readonly holdsData?: boolean | undefined;
}

/**
 * A machine that is reached by SSH, and what was read from it. It changes nothing on a machine that is there already;
 * everything else is declared on it. With `cloud`, the machine is made, and recognised from its first packet on.
 *
 * @example
 * ```ts
 * const host = new Host("web-1", {
 *   address: "10.0.0.5",
 *   user: "admin",
 *   hostKeys: ["ssh-ed25519 AAAA…"],
 * }, { provider });
 * const web = new Nginx("web", { host });
 * ```
 */
export class Host extends pulumi.ComponentResource {
  /** The name that messages use. */
  readonly hostName: string;
  /** Address or name under which the host is reached: of a machine with a reserved address, that one. */
  readonly address: pulumi.Output<string>;
  /** Port of sshd. */
  readonly sshPort: pulumi.Output<number>;
  /** Login on the host. */
  readonly user: pulumi.Output<string>;
  /** Accepted host keys. */
  readonly hostKeys: pulumi.Output<readonly string[]>;
  /** Identity of the machine. */
  readonly hostId: pulumi.Output<string>;
  /** Size, system and kernel, as read from the host. */
  declare readonly facts: pulumi.Output<HostFacts>;
  /** The machine that was made for it; none where it was there already. */
  readonly machine: Machine | undefined;
  /** What the machine was given, and what it costs, in words. */
  readonly machineSize: string | undefined;
  // What the program connects to; it works whichever machine a reserved address leads to.
  private readonly dialled: pulumi.Output<string>;
  /** The raw resources; a reference (`{ urn }`) has none. */
  declare readonly nodes: {
    readonly manifest: Manifest;
    /** cloud-init's verdict on a machine that was made. */
    readonly firstBoot?: Manifest;
    /** What was accepted at the first contact, with `acceptNewHostKey`. */
    readonly acceptedHostKey?: AcceptedHostKey;
    /** Snapshots of a machine that was made, with `snapshotBefore`. */
    readonly snapshots?: MachineSnapshots;
  };

  private readonly guard: MachineGuard | undefined;

  constructor(
    name: string,
    args: HostArgs | CloudHostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const outputs = isReference(opts) ? { facts: undefined } : {};
    super("flotilla:index:Host", name, outputs, opts, isReference(opts));
    this.hostName = name;
    const made = "cloud" in args ? makeCloudHost(this, name, args) : undefined;
    const own = args as HostArgs;
    const accepted =
      made || isReference(opts) ? undefined : this.acceptHostKey(own);
    const place = made ? placeOf(made) : own;
    this.address = pulumi.output(place.address);
    this.dialled = made ? made.machine.address : this.address;
    this.sshPort = pulumi.output(args.port ?? 22);
    this.user = pulumi.output(args.user ?? "root");
    this.hostKeys = accepted?.hostKeys ?? pulumi.output(place.hostKeys ?? []);
    this.hostId = pulumi.output(place.id ?? name);
    if (isReference(opts)) return;
    this.machine = made?.machine;
    this.machineSize = made?.size;
    // Nothing is changed on a machine that is still booting, or that did not boot as it was told.
    const firstBoot =
      made &&
      this.createManifest(
        `${name}-first-boot`,
        { items: {}, gates: made.firstBoot },
        // The verdict on a boot is given once: what is edited later is made by the items.
        { ...manifestOptions(this, opts, []), ignoreChanges: ["gates"] },
        made.first,
      );
    const manifest = this.createManifest(
      name,
      // A machine that got another address is waited for here: what else is on it comes after.
      {
        items: made?.entrance ?? {},
        ...(made && { watch: { address: made.machine.address } }),
      },
      manifestOptions(this, opts, firstBoot ? [firstBoot] : []),
      made?.first,
    );
    this.facts = manifest.facts;
    this.guard =
      "cloud" in args ? guardMachine(this, args, manifest) : undefined;
    const snapshots = this.guard?.snapshots;
    this.nodes = {
      manifest,
      ...(firstBoot && { firstBoot }),
      ...(accepted && { acceptedHostKey: accepted }),
      ...(snapshots && { snapshots }),
    };
    const { address, sshPort, user, hostKeys, hostId } = this;
    const facts = shown(this.facts);
    this.registerOutputs({ address, sshPort, user, hostKeys, hostId, facts });
  }

  /** Declares a state on this host. Takes the parent's provider, else this host's. */
  createManifest(
    name: string,
    { holdsData = false, ...args }: HostManifestArgs,
    opts: pulumi.CustomResourceOptions,
    first?: FirstContact,
  ): Manifest {
    this.guard?.watch(name, args.items, holdsData);
    const provider =
      opts.provider ??
      opts.parent?.getProvider(manifestType) ??
      this.getProvider(manifestType);
    const { resource: deletedWith } = this.machine ?? {};
    return new Manifest(
      name,
      { host: this.target(first), ...args },
      {
        ...opts,
        ...(provider && { provider }),
        // What is on a machine is gone with it.
        ...(deletedWith && { deletedWith }),
      },
    );
  }

  /** The first contact, where its key is accepted; else a key has to be given. */
  private acceptHostKey({
    address,
    port,
    id,
    hostKeys,
    acceptNewHostKey = false,
  }: HostArgs): AcceptedHostKey | undefined {
    const name = this.hostName;
    if (acceptNewHostKey)
      return new AcceptedHostKey(
        name,
        { hostId: id ?? name, name, address, port, pinned: hostKeys },
        { parent: this },
      );
    if (hostKeys !== undefined) return undefined;
    throw new pulumi.ResourceError(
      "hostKeys: nothing is sent to a host that cannot be recognised; give the line of /etc/ssh/ssh_host_ed25519_key.pub there, or accept the key of the first contact by acceptNewHostKey: true",
      this,
      true,
    );
  }

  private target(first: FirstContact | undefined): ManifestArgs["host"] {
    const { dialled: address, sshPort: port, user, hostKeys } = this;
    const connection = { address, port, user, hostKeys };
    return {
      id: this.hostId,
      name: this.hostName,
      connection: first ? { ...connection, first } : connection,
    };
  }
}
