import type { Input } from "@pulumi/pulumi";
import type { GateArgs } from "../../../manifest/gates.ts";
import type { PackageArgs } from "../../hosts/packages.ts";
import type { ServicePlan } from "../service-plan.ts";
import type { NginxConfig } from "./config.ts";
import { item, type Items } from "../../items.ts";
import { sandboxItems, type Sandbox } from "../../sandbox.ts";

/** systemd's name of nginx. */
export const nginxUnit = "nginx.service";
/** Debian's package; nginx starts with our configuration. */
export function nginxPackages(
  purge: boolean | undefined,
): Readonly<Record<string, PackageArgs>> {
  return { nginx: { purge, deferStart: [nginxUnit] } };
}

/** Where sites put their releases. */
export const sitesRoot = "/srv/www";

/** What decides how nginx runs. */
export interface NginxSettings {
  readonly config?: Input<string> | undefined;
  readonly sandbox?: boolean | undefined;
}

/** What an item that nginx reads carries: checked whole, then reloaded once. */
export const readByNginx = {
  validate: "nginx",
  notify: [{ unit: nginxUnit, action: "reload" }],
} as const;

/** The master starts as root: it binds low ports, opens logs that belong to another, and makes workers of another user. */
export const nginxSandbox: Sandbox = {
  capabilities: [
    ...["CAP_NET_BIND_SERVICE", "CAP_SETUID", "CAP_SETGID"],
    ...["CAP_CHOWN", "CAP_DAC_OVERRIDE"],
  ],
  writable: ["/run", "/var/log/nginx", "/var/lib/nginx", "/var/cache/nginx"],
  home: "read-only",
  changesUser: true,
};

/** The items of an nginx server: own directives in a file of their own, Debian's welcome page gone. */
export function nginxItems({ config, sandbox }: NginxSettings): Items {
  return {
    ...(sandbox === false ? {} : sandboxItems(nginxUnit, nginxSandbox)),
    ...item("file", "/etc/nginx/conf.d/flotilla.conf", {
      ...(config === undefined
        ? { template: base }
        : { template: `${base}{{config}}\n`, values: { config } }),
      ...readByNginx,
    }),
    ...item("absent", "/etc/nginx/sites-enabled/default", {
      notify: readByNginx.notify,
    }),
    ...item("directory", sitesRoot, {}),
    ...item("unit", nginxUnit, {}),
  };
}

/** What must hold for nginx to count as up. */
export const nginxGates: Readonly<Record<string, GateArgs>> = {
  "nginx-config": { kind: "nginx", unit: nginxUnit },
  "nginx-unit": { kind: "unit", unit: nginxUnit },
};

const base = `# Made by Flotilla; changes by hand are taken back.
server_tokens off;
`;

/** nginx in a fleet: its sites listen. */
export const nginxPlan: ServicePlan<NginxConfig> = {
  packages: ({ purge }) => nginxPackages(purge),
  units: () => [nginxUnit],
  port: () => undefined,
  keepsData: () => false,
};
