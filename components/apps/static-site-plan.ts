import type { Address, PlannedGate } from "../addresses.ts";
import type { SiteConfig, SiteContent } from "../config/fleet.ts";
import { item, type Items } from "../items.ts";
import { nginxUnit, readByNginx, sitesRoot } from "../services/nginx/plan.ts";

/** What decides how a site is served. */
export interface SitePlan {
  readonly name: string;
  readonly port: number;
  readonly domains: readonly string[];
  readonly keepReleases: number;
  readonly content: SiteContent;
}

/** The items of a site: its release, and the vhost that serves the current one. */
export function siteItems(site: SitePlan): Items {
  const { name, content, keepReleases } = site;
  const vhost = `/etc/nginx/sites-available/${name}.conf`;
  return {
    ...item("release", releasePath(name), {
      source: content.source,
      files: content.files,
      keep: keepReleases,
    }),
    ...item("file", vhost, {
      template: vhostTemplate,
      values: {
        port: site.port,
        names: serverNames(site),
        root: `${releasePath(name)}/current`,
      },
      ...readByNginx,
    }),
    ...item("link", enabledPath(site), {
      target: vhost,
      notify: readByNginx.notify,
    }),
  };
}

/** What must hold for a site to count as served: the page answers, and it is this site's. */
export function siteGates(
  site: SitePlan,
): Readonly<Record<string, PlannedGate>> {
  return { http: { ...httpGate(site, "127.0.0.1"), unit: nginxUnit } };
}

/** A gate that asks a site under an address for its first page. */
export function httpGate(
  { port, domains, content }: SitePlan,
  address: Address,
): PlannedGate {
  const [host] = domains;
  const { mark } = content;
  return {
    kind: "http",
    address,
    port,
    ...(host === undefined ? {} : { host }),
    ...(mark === undefined ? {} : { body: mark }),
  };
}

/** The plan of a configured site. */
export function sitePlan(
  name: string,
  { port, domains, keepReleases, content }: SiteConfig,
): SitePlan {
  return { name, port, domains, keepReleases, content };
}

function releasePath(name: string): string {
  return `${sitesRoot}/${name}`;
}

function serverNames({ domains }: SitePlan): string {
  return domains.length === 0 ? "_" : domains.join(" ");
}

/**
 * nginx answers unknown names with the first vhost of a port. So a site without domains comes first
 * by its file's name; two with `default_server` would be an error while a site is renamed.
 */
function enabledPath({ name, domains }: SitePlan): string {
  const prefix = domains.length === 0 ? "00-" : "";
  return `/etc/nginx/sites-enabled/${prefix}${name}.conf`;
}

/** nginx resolves `current` at each request, so that a switched release is served at once and whole. */
const vhostTemplate = `# Made by Flotilla; changes by hand are taken back.
server {
    listen {{port}};
    listen [::]:{{port}};
    server_name {{names}};

    root {{root}};
    index index.html;
    open_file_cache off;

    location / {
        try_files $uri $uri/ =404;
    }
}
`;
