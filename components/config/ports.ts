import { servicePlan } from "../services/plans.ts";
import type { FleetSettings } from "./fleet.ts";
import { grouped } from "../../manifest/grouped.ts";
import type { Problem } from "./problem.ts";

interface Listener {
  readonly host: string;
  readonly port: number;
  /** Where the port comes from: `sites.shop.port`. */
  readonly path: string;
  /** The site's domains; `undefined` for what takes a port alone. */
  readonly domains?: readonly string[];
}

/** No two things of a host want the same port; sites share one when their domains differ. */
export function ensureNoPortConflicts(fleet: FleetSettings): Problem[] {
  const byPlace = grouped(
    listeners(fleet),
    ({ host, port }) => `${host} ${port}`,
  );
  return [...byPlace.values()].flatMap(conflictsAmong);
}

function listeners(fleet: FleetSettings): Listener[] {
  const sshd = Object.entries(fleet.hosts).map(([host, { port }]) => ({
    host,
    port: port ?? fleet.ssh.port,
    path: port === undefined ? "ssh.port" : `hosts.${host}.port`,
  }));
  const services = Object.entries(fleet.services).flatMap(([name, service]) => {
    const { host } = service;
    const port = servicePlan(service).port(service);
    return port === undefined
      ? []
      : [{ host, port, path: `services.${name}.port` }];
  });
  const sites = Object.entries(fleet.sites)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { host, port, domains }]) => ({
      host,
      port,
      domains,
      path: `sites.${name}.port`,
    }));
  return [...sshd, ...services, ...sites];
}

function conflictsAmong(all: readonly Listener[]): Problem[] {
  return all.flatMap((later, index) => {
    const earlier = all.slice(0, index).find((one) => collide(one, later));
    return earlier ? [conflict(earlier, later)] : [];
  });
}

function collide(one: Listener, other: Listener): boolean {
  if (!one.domains || !other.domains) return true;
  if (one.domains.length === 0 && other.domains.length === 0) return true;
  const taken = one.domains.map((domain) => domain.toLowerCase());
  return other.domains.some((domain) => taken.includes(domain.toLowerCase()));
}

function conflict(earlier: Listener, later: Listener): Problem {
  const sites = earlier.domains && later.domains;
  return {
    path: later.path,
    value: String(later.port),
    rule: `is taken on ${later.host} by ${earlier.path}`,
    hint: sites
      ? "use another port, or give the sites domains that differ"
      : "use another port",
  };
}
