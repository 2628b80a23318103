import * as pulumi from "@pulumi/pulumi";
import { item, type Items } from "../items.ts";
import { manifestOptions, type Manifest } from "../manifest.ts";
import type { Host } from "./host.ts";
import { shown } from "../output.ts";

/** How a package is wanted. */
export interface PackageArgs {
  /** The exact version, as apt prints it. Updates in place. @default - whatever is installed; else the newest that apt offers */
  readonly version?: string | undefined;
  /** Removes the package, and its data, on destroy. @default false */
  readonly purge?: boolean | undefined;
  /**
   * Units, such as `nginx.service`, that the package does not start when it is installed for the first time: the
   * component that configures them does. Updates in place, and changes nothing on the host. @default - it starts what Debian's package starts
   */
  readonly deferStart?: readonly string[] | undefined;
}

export interface PackagesArgs {
  /** The host to install them on. Replaces the resource; nothing is removed from the old host. */
  readonly host: Host;
  /** All packages of the host, by name. One that leaves the list stays installed. Updates in place, in one apt transaction. */
  readonly packages: Readonly<Record<string, PackageArgs>>;
}

/**
 * The Debian packages of a host, installed in one transaction.
 *
 * @example
 * ```ts
 * new Packages("web-1-packages", { host, packages: { htop: {}, nginx: { purge: true } } });
 * ```
 */
export class Packages extends pulumi.ComponentResource {
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: PackagesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Packages", name, {}, opts);
    const items = packageItems(args.packages);
    const manifest = args.host.createManifest(
      name,
      { items },
      manifestOptions(this, opts, [args.host]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ revision: shown(this.revision) });
  }
}

/** The items of packages, in the order of their names. */
export function packageItems(
  packages: Readonly<Record<string, PackageArgs>>,
): Items {
  return Object.keys(packages)
    .sort()
    .reduce<Items>((items, name) => {
      const { version, purge = false, deferStart } = packages[name] ?? {};
      const body = {
        ...(version === undefined ? {} : { version }),
        ...(deferStart === undefined ? {} : { deferStart }),
        purge,
      };
      return { ...items, ...item("package", name, body) };
    }, {});
}
