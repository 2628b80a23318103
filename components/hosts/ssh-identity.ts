import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

export interface SshIdentityArgs {
  /** What stands behind the public key, to tell whose it is. Updates in place. @default - project, stack and name */
  readonly comment?: pulumi.Input<string> | undefined;
  /** Any text; another one makes a new key pair. @default "1" */
  readonly rotation?: pulumi.Input<string> | undefined;
}

/**
 * A key pair (ed25519) that the program makes and keeps: for logging in, or as the host key of a machine that is yet to
 * be made, so that its first connection is verified already. The private key is in the state, as a secret.
 *
 * @example
 * ```ts
 * const login = new SshIdentity("fleet-key");
 * const provider = new Provider("fleet", { privateKey: login.privateKey });
 * export const authorizedKey = login.publicKey; // for ~/.ssh/authorized_keys on the hosts
 *
 * const hostKey = new SshIdentity("web-1-host-key");
 * // hostKey.privateKey becomes /etc/ssh/ssh_host_ed25519_key at first boot, by cloud-init's `ssh_keys`
 * new Host("web-1", { address, hostKeys: [hostKey.hostKey] }, { provider });
 * ```
 */
export class SshIdentity extends pulumi.ComponentResource {
  /** One line of `authorized_keys`: type, key and comment. */
  readonly publicKey: pulumi.Output<string>;
  /** Type and key alone, as `Host` takes it under `hostKeys`. */
  readonly hostKey: pulumi.Output<string>;
  /** The private key in OpenSSH's form; secret. */
  readonly privateKey: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly key: tls.PrivateKey };

  constructor(
    name: string,
    args: SshIdentityArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:SshIdentity", name, {}, opts);
    const key = new tls.PrivateKey(
      name,
      { algorithm: "ED25519" },
      { parent: this, replacementTrigger: args.rotation ?? "1" },
    );
    const comment = args.comment ?? defaultComment(name);
    this.hostKey = key.publicKeyOpenssh.apply((line) => line.trim());
    this.publicKey = pulumi.interpolate`${this.hostKey} ${comment}`;
    this.privateKey = pulumi.secret(key.privateKeyOpenssh);
    this.nodes = { key };
    this.registerOutputs({ publicKey: this.publicKey });
  }
}

function defaultComment(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}
