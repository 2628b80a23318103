import { webopsCommands } from "./access/sudoers.ts";
import { cloudFirewallsOf, planCloudFirewalls } from "./clouds/fleet-plan.ts";
import type { FleetConfig } from "./config/fleet.ts";
import type { UserConfig } from "./config/user.ts";
import { firewallsOf, planGates } from "./flow-plan.ts";
import {
  accessOf,
  fleetAddress,
  firewallOf,
  listenOf,
  operatedOn,
  packagesOf,
} from "./host-plan.ts";
import { hardeningOf } from "./hardening/plan.ts";
import { partsOf } from "./host-parts.ts";
import { servicePlan } from "./services/plans.ts";
import { entry, sorted } from "./records.ts";
import type { Step, StepId, StepOf } from "./step.ts";

/**
 * The components of a fleet, each after everything that it waits for. Per host: break-glass key, packages, users,
 * hardening, services, sites, firewall; then the gates between hosts. The same for any order of the configuration.
 */
export function planFleet(fleet: FleetConfig): Step[] {
  const hosts = Object.keys(fleet.hosts).sort();
  const services = Object.keys(fleet.services).sort();
  return [
    ...hosts.flatMap((name) => planHost(fleet, name)),
    ...hosts.flatMap((name) => planBreakGlass(fleet, name)),
    ...hosts.flatMap((name) => planPackages(fleet, name)),
    ...sorted(fleet.users).flatMap((user) => planUsers(fleet, ...user)),
    ...hosts.flatMap((name) => planHardening(fleet, name)),
    ...services.map((name) => planService(fleet, name)),
    ...sorted(fleet.sites).map(([name]) => planSite(fleet, name)),
    ...hosts.flatMap((name) => planFirewall(fleet, name)),
    ...hosts.flatMap((name) => planCloudFirewalls(fleet, name)),
    ...services.flatMap((name) => planClients(fleet, name)),
    ...sorted(fleet.flows).flatMap((flow) => planGates(fleet, ...flow)),
  ];
}

/** A machine that is made is made before everything else is planned: its address is part of the plan. */
function planHost(fleet: FleetConfig, name: string): StepOf<"host">[] {
  const args = entry(fleet.hosts, name);
  if (args.cloud) return [];
  const id = `host:${name}` as const;
  return [{ kind: "host", id, name, host: name, after: [], args }];
}

function planBreakGlass(
  fleet: FleetConfig,
  host: string,
): StepOf<"break-glass">[] {
  const { user, home } = entry(fleet.hosts, host);
  const key = fleet.breakGlassKey;
  if (key === undefined) return [];
  return [
    {
      kind: "break-glass",
      id: `break-glass:${host}`,
      name: `${host}-break-glass`,
      host,
      after: [`host:${host}`],
      args: { key, user, home },
    },
  ];
}

function planPackages(fleet: FleetConfig, host: string): StepOf<"packages">[] {
  const packages = packagesOf(fleet, host);
  if (Object.keys(packages).length === 0) return [];
  return [
    {
      kind: "packages",
      id: `packages:${host}`,
      name: `${host}-packages`,
      host,
      after: [`host:${host}`],
      args: { packages },
    },
  ];
}

/** The account of a user on each of its hosts. */
function planUsers(
  fleet: FleetConfig,
  account: string,
  { hosts, sudo, ...rest }: UserConfig,
): StepOf<"user">[] {
  return [...(hosts ?? Object.keys(fleet.hosts))].sort().map((host) => ({
    kind: "user",
    id: `user:${host}-${account}`,
    name: `${host}-${account}`,
    host,
    after: [`host:${host}`, ...packagesStep(fleet, host)],
    args: {
      ...rest,
      account,
      sudo: sudo === "webops" ? webopsCommands(operatedOn(fleet, host)) : sudo,
    },
  }));
}

function packagesStep(fleet: FleetConfig, host: string): StepId[] {
  return planPackages(fleet, host).map(({ id }) => id);
}

function planHardening(
  fleet: FleetConfig,
  host: string,
): StepOf<"hardening">[] {
  const args = hardeningOf(fleet.hardening, fleet.hosts[host]?.hardening);
  if (!args) return [];
  return [
    {
      kind: "hardening",
      id: `hardening:${host}`,
      name: `${host}-hardening`,
      host,
      after: [`host:${host}`, ...packagesStep(fleet, host)],
      args,
    },
  ];
}

function planService(fleet: FleetConfig, name: string): StepOf<"service"> {
  const config = entry(fleet.services, name);
  const { host } = config;
  return {
    kind: "service",
    id: `service:${name}`,
    name,
    host,
    after: [`packages:${host}`],
    config,
    listen: listenOf(fleet, config),
    access: accessOf(fleet, config),
  };
}

/** Who uses a service from another host does so when both firewalls are loaded. */
function planClients(fleet: FleetConfig, service: string): StepOf<"client">[] {
  const config = entry(fleet.services, service);
  const clients = servicePlan(config).clients?.(config) ?? {};
  return sorted(clients).map(([client, { host }]) => ({
    kind: "client",
    id: `client:${service}-${client}`,
    name: `${service}-${client}`,
    host,
    after: [
      `packages:${host}`,
      `service:${service}`,
      ...firewallsOf(fleet, [host, config.host]),
      ...cloudFirewallsOf(fleet, config.host),
    ],
    service: `service:${service}`,
    config,
    client,
    address: fleetAddress(fleet, config.host),
  }));
}

function planSite(fleet: FleetConfig, name: string): StepOf<"site"> {
  const { host, content, ...rest } = entry(fleet.sites, name);
  const { port, domains, keepReleases } = rest;
  const nginx = nginxOf(fleet, host);
  return {
    kind: "site",
    id: `site:${name}`,
    name,
    host,
    after: [nginx],
    nginx,
    args: { source: content, port, domains, keepReleases },
  };
}

function nginxOf(fleet: FleetConfig, host: string): StepId {
  const found = partsOf(fleet, host).services.find(
    ([, { type }]) => type === "nginx",
  );
  if (!found) throw new Error(`no nginx on ${host}`);
  return `service:${found[0]}`;
}

function planFirewall(fleet: FleetConfig, host: string): StepOf<"firewall">[] {
  if (!fleet.firewall.enabled) return [];
  return [
    {
      kind: "firewall",
      id: `firewall:${host}`,
      name: `${host}-firewall`,
      host,
      after: [`packages:${host}`, ...runningOn(fleet, host)],
      args: firewallOf(fleet, host),
    },
  ];
}

function runningOn(fleet: FleetConfig, host: string): StepId[] {
  const { services, sites } = partsOf(fleet, host);
  return [
    ...services.map(([name]): StepId => `service:${name}`),
    ...sites.map(([name]): StepId => `site:${name}`),
  ];
}
