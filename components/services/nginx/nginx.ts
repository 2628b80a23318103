import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../hosts/host.ts";
import { packageItems, type Packages } from "../../hosts/packages.ts";
import { manifestOptions, type Manifest } from "../../manifest.ts";
import { nginxGates, nginxItems, nginxPackages } from "./plan.ts";
import { shown } from "../../output.ts";
import { isReference } from "../../reference.ts";

export interface NginxArgs {
  /** The host to serve from. Replaces the service. */
  readonly host: Host;
  /** What installs the package `nginx`. @default - the service installs it itself */
  readonly packages?: Packages | undefined;
  /** Directives at the level of `http`, in a file of their own. Validated by nginx, then reloaded. @default - none */
  readonly config?: pulumi.Input<string> | undefined;
  /** Takes away from nginx what it does not need (docs/hardening.md). Restarts nginx. @default true */
  readonly sandbox?: boolean | undefined;
  /** Removes the package on destroy, where the service installed it. @default false */
  readonly purge?: boolean | undefined;
}

/**
 * An nginx server: running, started at boot, without a site of its own. A configuration that nginx
 * refuses never becomes active: the old one is put back and the update fails with nginx's words.
 *
 * @example
 * ```ts
 * const nginx = new Nginx("web", { host, config: "gzip_comp_level 5;" });
 * new StaticSite("welcome", { nginx, directory: "site" });
 * ```
 */
export class Nginx extends pulumi.ComponentResource {
  /** The host that it runs on. */
  readonly host: Host;
  /** Hash of what is wanted. */
  declare readonly revision: pulumi.Output<string>;
  /** The raw resources; a reference (`{ urn }`) has none. */
  declare readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: NginxArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const outputs = isReference(opts) ? { revision: undefined } : {};
    super("flotilla:index:Nginx", name, outputs, opts, isReference(opts));
    const { host, packages, purge } = args;
    this.host = host;
    if (isReference(opts)) return;
    const own = packages ? {} : packageItems(nginxPackages(purge));
    const manifest = host.createManifest(
      name,
      { items: { ...own, ...nginxItems(args) }, gates: nginxGates },
      manifestOptions(this, opts, [packages ?? host]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ host, revision: shown(this.revision) });
  }
}
