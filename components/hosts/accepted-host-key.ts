import * as pulumi from "@pulumi/pulumi";
import { ensurePluginIsNamed } from "../plugin.ts";

export interface AcceptedHostKeyArgs {
  /** Identity of the machine. Another one has a first contact of its own. */
  readonly hostId: pulumi.Input<string>;
  /** The name that messages use. */
  readonly name: pulumi.Input<string>;
  /** Where the host is. Another address keeps the key. */
  readonly address: pulumi.Input<string>;
  /** Port of sshd. Another port keeps the key. @default 22 */
  readonly port?: pulumi.Input<number> | undefined;
  /** Keys that are known beforehand: nothing is accepted then. Fails when the recorded key is another one. @default - none */
  readonly pinned?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
}

/**
 * The key that a host shows at its first contact, accepted because it came first, said as a warning with its
 * fingerprint, and recorded: from then on no other one is accepted. `Host` makes it for `acceptNewHostKey`.
 */
export class AcceptedHostKey extends pulumi.CustomResource {
  /** The keys that are accepted, each as in known_hosts. */
  declare readonly hostKeys: pulumi.Output<readonly string[]>;
  /** The recorded key as OpenSSH shows it: `SHA256:…`. */
  declare readonly fingerprint: pulumi.Output<string>;
  /** When it was accepted, ISO 8601; empty where it was pinned. */
  declare readonly acceptedAt: pulumi.Output<string>;

  constructor(
    name: string,
    args: AcceptedHostKeyArgs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    ensurePluginIsNamed();
    const outputs = {
      hostKeys: undefined,
      fingerprint: undefined,
      acceptedAt: undefined,
    };
    super(
      "flotilla:index:AcceptedHostKey",
      name,
      { ...args, ...outputs },
      opts,
    );
  }
}
