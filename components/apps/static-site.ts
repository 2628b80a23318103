import * as pulumi from "@pulumi/pulumi";
import type { SiteContent } from "../config/fleet.ts";
import { readSiteContent, SiteContentError } from "../config/site-content.ts";
import { manifestOptions, type Manifest } from "../manifest.ts";
import type { Nginx } from "../services/nginx/nginx.ts";
import { siteGates, siteItems } from "./static-site-plan.ts";
import { shown } from "../output.ts";

export interface StaticSiteArgs {
  /** The server that serves the site, with its host. */
  readonly nginx: Nginx;
  /** Folder with the site's files, read when the program runs. A change deploys a new release. @default - `source` */
  readonly directory?: string | undefined;
  /** Files from elsewhere, as `gitSource` gives them. A change deploys a new release. @default - `directory` */
  readonly source?: SiteContent | undefined;
  /** Port that the site answers on. Reloads nginx. @default 80 */
  readonly port?: number | undefined;
  /** Names that the site answers to. Reloads nginx. @default - any name */
  readonly domains?: readonly string[] | undefined;
  /** Releases that stay on the host, the current one included (2–20). @default 5 */
  readonly keepReleases?: number | undefined;
}

/**
 * A static site: a release per content, switched at once, so that every request is answered by the
 * old one or the new one. A release that does not answer is taken back.
 *
 * @example
 * ```ts
 * new StaticSite("welcome", { nginx, directory: "site" });
 * ```
 */
export class StaticSite extends pulumi.ComponentResource {
  /** Where the site answers. */
  readonly url: pulumi.Output<string>;
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: StaticSiteArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:StaticSite", name, {}, opts);
    const { nginx, port = 80, domains = [], keepReleases = 5 } = args;
    const content = this.contentOf(args);
    const site = { name, port, domains, keepReleases, content };
    const manifest = nginx.host.createManifest(
      name,
      { items: siteItems(site), gates: siteGates(site) },
      manifestOptions(this, opts, [nginx]),
    );
    this.url = urlOf(domains[0] ?? nginx.host.address, port);
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ url: this.url, revision: shown(this.revision) });
  }

  private contentOf({ directory, source }: StaticSiteArgs): SiteContent {
    if (source && directory === undefined) return source;
    if (source || directory === undefined) {
      const message = "set either directory or source: its files come from one";
      throw new pulumi.ResourceError(message, this, true);
    }
    try {
      return readSiteContent(directory);
    } catch (error) {
      if (!(error instanceof SiteContentError)) throw error;
      const message = `directory: ${JSON.stringify(directory)} ${error.message}`;
      throw new pulumi.ResourceError(message, this, true);
    }
  }
}

function urlOf(
  name: pulumi.Input<string>,
  port: number,
): pulumi.Output<string> {
  const suffix = port === 80 ? "" : `:${port}`;
  return pulumi
    .output(name)
    .apply(
      (host) => `http://${host.includes(":") ? `[${host}]` : host}${suffix}/`,
    );
}
