import type { Operated } from "./access/sudoers.ts";
import { canBeListenedOn, uniqueAddresses, type Address } from "./addresses.ts";
import type { FleetConfig } from "./config/fleet.ts";
import type { ServiceConfig } from "./config/service.ts";
import { anywhere } from "./config/source.ts";
import type { FirewallRuleArgs } from "./firewall/firewall-plan.ts";
import { hardeningOf, hardeningPackages } from "./hardening/plan.ts";
import { partsOf } from "./host-parts.ts";
import type { PackageArgs } from "./hosts/packages.ts";
import { servicePlan } from "./services/plans.ts";

/** All packages that a host needs, from whatever needs them, in one list. */
export function packagesOf(
  fleet: FleetConfig,
  host: string,
): Record<string, PackageArgs> {
  const packages: Record<string, PackageArgs> = {};
  if (fleet.firewall.enabled) packages["nftables"] = {};
  if (hasSudo(fleet, host)) packages["sudo"] = {};
  const parts = hardeningOf(fleet.hardening, fleet.hosts[host]?.hardening);
  for (const name of parts ? hardeningPackages(parts) : []) packages[name] = {};
  for (const service of servicesOn(fleet, host)) {
    Object.assign(packages, servicePlan(service).packages(service));
  }
  for (const client of partsOf(fleet, host).clients) {
    Object.assign(packages, client.packages);
  }
  for (const wanted of fleet.hosts[host]?.packages ?? []) {
    const [name = "", version] = wanted.split("=");
    packages[name] = { ...packages[name], ...(version ? { version } : {}) };
  }
  return Object.fromEntries(
    Object.keys(packages)
      .sort()
      .map((name) => [name, packages[name] ?? {}]),
  );
}

/** What operators of a host have to do with. */
export function operatedOn(fleet: FleetConfig, host: string): Operated {
  const services = servicesOn(fleet, host);
  const units = services.flatMap((one) => servicePlan(one).units(one));
  return {
    units: [...new Set(units)],
    nginx: services.some(({ type }) => type === "nginx"),
    certbot: "certbot" in packagesOf(fleet, host),
  };
}

function hasSudo(fleet: FleetConfig, host: string): boolean {
  return Object.values(fleet.users).some(
    ({ hosts, sudo }) => sudo !== "none" && (hosts?.includes(host) ?? true),
  );
}

/** Everything that decides a host's firewall. */
export function firewallOf(fleet: FleetConfig, host: string) {
  const { sshFrom, confirmSeconds, allowLockout } = fleet.firewall;
  return {
    rules: rulesOf(fleet, host),
    sshFrom: addressesOf(fleet, sshFrom),
    confirmSeconds,
    allowLockout,
    onDelete: keepsData(fleet, host) ? "ssh-only" : "remove",
  } as const;
}

/** The address that a service listens on for others: only when some flow leads to it. */
export function listenOf(
  fleet: FleetConfig,
  service: ServiceConfig,
): Address[] {
  const { host } = service;
  const port = servicePlan(service).port(service);
  const wanted = partsOf(fleet, host).flows.some(
    ([, flow]) => flow.port === port && flow.protocol === "tcp",
  );
  const address = fleetAddress(fleet, host);
  return wanted && canBeListenedOn(address) ? [address] : [];
}

/** Who may reach a service from elsewhere, as addresses and ranges by the name of the flow. */
export function accessOf(
  fleet: FleetConfig,
  service: ServiceConfig,
): Record<string, Address[]> {
  const port = servicePlan(service).port(service);
  return Object.fromEntries(
    partsOf(fleet, service.host)
      .flows.filter(([, flow]) => flow.port === port && flow.protocol === "tcp")
      .map(([name, { from }]) => [
        name,
        addressesOf(fleet, from) ?? ["0.0.0.0/0", "::/0"],
      ]),
  );
}

/** The address under which other hosts of the fleet reach a host. */
export function fleetAddress(fleet: FleetConfig, host: string): Address {
  const config = fleet.hosts[host];
  return config?.privateAddress ?? config?.address ?? host;
}

/** The address under which the program, and everybody else, reaches a host. */
export function publicAddress(fleet: FleetConfig, host: string): Address {
  return fleet.hosts[host]?.address ?? host;
}

function rulesOf(
  fleet: FleetConfig,
  host: string,
): Record<string, FirewallRuleArgs> {
  return Object.fromEntries(
    partsOf(fleet, host).flows.map(([name, { protocol, port, from }]) => {
      const addresses = addressesOf(fleet, from);
      return [
        name,
        { protocol, port, ...(addresses ? { from: addresses } : {}) },
      ];
    }),
  );
}

/** Sources as addresses and ranges; `undefined` is everybody. */
function addressesOf(
  fleet: FleetConfig,
  sources: readonly string[],
): Address[] | undefined {
  if (sources.includes(anywhere)) return undefined;
  return uniqueAddresses(sources.map((one) => fleetAddress(fleet, one)));
}

/** Whether data of a service stay on a host when everything else is gone. */
export function keepsData(fleet: FleetConfig, host: string): boolean {
  return servicesOn(fleet, host).some((one) => servicePlan(one).keepsData(one));
}

function servicesOn(fleet: FleetConfig, host: string): ServiceConfig[] {
  return partsOf(fleet, host).services.map(([, one]) => one);
}
