import * as pulumi from "@pulumi/pulumi";
import { publicKeyFault } from "../config/public-key.ts";
import { manifestOptions, type Manifest } from "../manifest.ts";
import { shown } from "../output.ts";
import { breakGlassGates, breakGlassItems } from "./break-glass-plan.ts";
import type { Host } from "./host.ts";

export interface BreakGlassKeyArgs {
  /** The host that lets the key in. Replaces the resource. */
  readonly host: Host;
  /** The public key, as a line of authorized_keys without options. Updates in place. */
  readonly key: string;
  /** The login that it opens. Updates in place: the key is taken from the old one. @default "root" */
  readonly user?: string | undefined;
  /** Home folder of that login. Updates in place. @default - `/root` for root, else `/home/<user>` */
  readonly home?: string | undefined;
}

/**
 * A public key of your own that a host lets in whatever happens to Flotilla, its key and its state. It lies in
 * `~/.ssh/authorized_keys2`, beside the user's own keys, and counts as there when sshd says that it would let it in.
 *
 * @example
 * ```ts
 * new BreakGlassKey("web-1-break-glass", { host, user: "admin", key: "ssh-ed25519 AAAA… me@laptop" });
 * ```
 */
export class BreakGlassKey extends pulumi.ComponentResource {
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: BreakGlassKeyArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:BreakGlassKey", name, {}, opts);
    const { host, key, user = "root", home } = args;
    this.refuse(publicKeyFault(key));
    const settings = { key, user, home };
    const manifest = host.createManifest(
      name,
      { items: breakGlassItems(settings), gates: breakGlassGates(settings) },
      manifestOptions(this, opts, [host]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ revision: shown(this.revision) });
  }

  private refuse(fault: ReturnType<typeof publicKeyFault>): void {
    if (!fault) return;
    const message = `key: ${fault.rule}; ${fault.hint}`;
    throw new pulumi.ResourceError(message, this, true);
  }
}
