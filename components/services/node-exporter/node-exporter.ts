import * as pulumi from "@pulumi/pulumi";
import type { Address } from "../../addresses.ts";
import type { Host } from "../../hosts/host.ts";
import { packageItems, type Packages } from "../../hosts/packages.ts";
import { manifestOptions, type Manifest } from "../../manifest.ts";
import { shown } from "../../output.ts";
import {
  nodeExporterGates,
  nodeExporterItems,
  nodeExporterPackages,
} from "./plan.ts";

export interface NodeExporterArgs {
  /** The host to run on. Replaces the service. */
  readonly host: Host;
  /** What installs the package `prometheus-node-exporter`. @default - the service installs it itself */
  readonly packages?: Packages | undefined;
  /** Port to listen on. Restarts the exporter. @default 9100 */
  readonly port?: number | undefined;
  /** Addresses of the host to listen on, beside loopback. Restarts the exporter. @default [] */
  readonly listen?: readonly Address[] | undefined;
  /** Collectors beyond those that are on by default, such as `systemd`. Restarts the exporter. @default [] */
  readonly enable?: readonly string[] | undefined;
  /** Collectors of the default that stay off. Restarts the exporter. @default [] */
  readonly disable?: readonly string[] | undefined;
  /** Takes away from it what it does not need (docs/hardening.md). Restarts the exporter. @default true */
  readonly sandbox?: boolean | undefined;
  /** Removes the package on destroy, where the service installed it. @default false */
  readonly purge?: boolean | undefined;
}

/**
 * A Prometheus node exporter: the machine's own metrics. It counts as up when it was scraped. It has
 * no password of its own: let only those in who scrape it.
 *
 * @example
 * ```ts
 * const exporter = new NodeExporter("metrics", { host, listen: ["10.0.0.5"] });
 * ```
 */
export class NodeExporter extends pulumi.ComponentResource {
  /** The port that it listens on. */
  readonly port: number;
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: NodeExporterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:NodeExporter", name, {}, opts);
    const { host, packages, purge, port = 9100, sandbox } = args;
    const { listen = [], enable = [], disable = [] } = args;
    const own = packages ? {} : packageItems(nodeExporterPackages(purge));
    const items = nodeExporterItems({
      port,
      listen,
      enable,
      disable,
      sandbox,
    });
    const manifest = host.createManifest(
      name,
      { items: { ...own, ...items }, gates: nodeExporterGates(port) },
      manifestOptions(this, opts, [packages ?? host]),
    );
    this.port = port;
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ port, revision: shown(this.revision) });
  }
}
