import type { GateArgs } from "../../manifest/gates.ts";
import type { SiteConfig, SiteContent } from "../config/fleet.ts";
import { item, type Items } from "../items.ts";
import { nginxUnit, readByNginx, sitesRoot } from "../services/nginx-plan.ts";

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
  const vhost = `/etc/nginx/sites-available/${site.name}.conf`;
  return {
    ...item("release", releasePath(site.name), {
      source: site.content.source,
      files: site.content.files,
      keep: site.keepReleases,
    }),
    ...item("file", vhost, { ...vhostOf(site), ...readByNginx }),
    ...item("link", `/etc/nginx/sites-enabled/${site.name}.conf`, {
      target: vhost,
      notify: readByNginx.notify,
    }),
  };
}

/** What must hold for a site to count as served: the page answers, and it is this site's. */
export function siteGates(site: SitePlan): Readonly<Record<string, GateArgs>> {
  return { http: { ...httpGate(site, "127.0.0.1"), unit: nginxUnit } };
}

/** A gate that asks a site under an address for its first page. */
export function httpGate(
  { port, domains, content }: SitePlan,
  address: string,
): GateArgs {
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

function vhostOf({ name, port, domains }: SitePlan) {
  const values = { port, root: `${releasePath(name)}/current` };
  return domains.length === 0
    ? { template: vhostTemplate(" default_server", "_"), values }
    : {
        template: vhostTemplate("", "{{domains}}"),
        values: { ...values, domains: domains.join(" ") },
      };
}

/** nginx resolves `current` at each request, so that a switched release is served at once and whole. */
function vhostTemplate(listenOption: string, serverName: string): string {
  return `# Made by Flotilla; changes by hand are taken back.
server {
    listen {{port}}${listenOption};
    listen [::]:{{port}}${listenOption};
    server_name ${serverName};

    root {{root}};
    index index.html;
    open_file_cache off;

    location / {
        try_files $uri $uri/ =404;
    }
}
`;
}
