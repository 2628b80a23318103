import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../../manifest/manifest.ts";
import {
  Manifest,
  type ManifestArgs,
  manifestOptions,
  manifestType,
} from "../manifest.ts";
import { shown } from "../output.ts";
import { isReference } from "../reference.ts";

export interface HostArgs {
  /** Address or name under which the program reaches the host. Updates in place, without a connection. */
  readonly address: pulumi.Input<string>;
  /** Accepted host keys, each as in known_hosts: `ssh-ed25519 AAAA…`. Updates in place, without a connection. */
  readonly hostKeys: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Port of sshd. Updates in place, without a connection. @default 22 */
  readonly port?: pulumi.Input<number> | undefined;
  /** Login on the host; when it is not root it needs passwordless sudo. Updates in place. @default "root" */
  readonly user?: pulumi.Input<string> | undefined;
  /** Identity of the machine. Replaces everything on the host. @default - the resource's name */
  readonly id?: pulumi.Input<string> | undefined;
}

/**
 * A machine that is reached by SSH, and what was read from it. It changes nothing on the machine;
 * everything else is declared on it.
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
  /** Address or name under which the program reaches the host. */
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
  /** The raw resources; a reference (`{ urn }`) has none. */
  declare readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: HostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const outputs = isReference(opts) ? { facts: undefined } : {};
    super("flotilla:index:Host", name, outputs, opts, isReference(opts));
    this.hostName = name;
    this.address = pulumi.output(args.address);
    this.sshPort = pulumi.output(args.port ?? 22);
    this.user = pulumi.output(args.user ?? "root");
    this.hostKeys = pulumi.output(args.hostKeys);
    this.hostId = pulumi.output(args.id ?? name);
    if (isReference(opts)) return;
    const manifest = this.createManifest(
      name,
      { items: {} },
      manifestOptions(this, opts, []),
    );
    this.facts = manifest.facts;
    this.nodes = { manifest };
    const { address, sshPort, user, hostKeys, hostId } = this;
    const facts = shown(this.facts);
    this.registerOutputs({ address, sshPort, user, hostKeys, hostId, facts });
  }

  /** Declares a state on this host. Takes the parent's provider, else this host's. */
  createManifest(
    name: string,
    args: Omit<ManifestArgs, "host">,
    opts: pulumi.CustomResourceOptions,
  ): Manifest {
    const provider =
      opts.provider ??
      opts.parent?.getProvider(manifestType) ??
      this.getProvider(manifestType);
    return new Manifest(
      name,
      { host: this.target(), ...args },
      provider ? { ...opts, provider } : opts,
    );
  }

  private target(): ManifestArgs["host"] {
    const { address, sshPort: port, user, hostKeys } = this;
    return {
      id: this.hostId,
      name: this.hostName,
      connection: { address, port, user, hostKeys },
    };
  }
}
