import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../hosts/host.ts";
import { packageItems, type Packages } from "../hosts/packages.ts";
import { manifestOptions, type Manifest } from "../manifest.ts";
import { shown } from "../output.ts";
import {
  hardeningGates,
  hardeningItems,
  hardeningPackages,
  type HardeningParts,
} from "./plan.ts";

export interface HardeningArgs extends HardeningParts {
  /** The host to harden. Replaces the hardening. */
  readonly host: Host;
  /** What installs the packages of the parts. @default - the hardening installs them itself */
  readonly packages?: Packages | undefined;
}

/**
 * A hardened host: sshd, kernel, logins, security updates and fail2ban, each part optional. New
 * settings of sshd stay only if a new connection gets through; a destroy puts all settings back.
 *
 * @example
 * ```ts
 * new Hardening("web-1-hardening", { host, fail2ban: { banSeconds: 86400 }, modules: false });
 * ```
 */
export class Hardening extends pulumi.ComponentResource {
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: HardeningArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Hardening", name, {}, opts);
    const { host, packages } = args;
    const { os } = host.facts;
    const manifest = host.createManifest(
      name,
      {
        items: {
          ...(packages ? {} : ownPackages(args)),
          ...hardeningItems(args, { os, sshPort: host.sshPort }),
        },
        gates: hardeningGates(args),
      },
      manifestOptions(this, opts, [packages ?? host]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ revision: shown(this.revision) });
  }
}

function ownPackages(parts: HardeningParts) {
  return packageItems(
    Object.fromEntries(hardeningPackages(parts).map((name) => [name, {}])),
  );
}
