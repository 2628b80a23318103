import { controllerAddressFor, type Interfaces } from "./controller.ts";
import { isInRange } from "./address.ts";
import type { FleetSettings } from "./fleet.ts";
import { isExisting } from "./host.ts";
import { grouped } from "../../manifest/grouped.ts";
import type { Problem } from "./problem.ts";
import { anywhere } from "./source.ts";

/** The rules of the firewall leave the way in that this program itself uses. */
export function ensureNoLockout(
  fleet: FleetSettings,
  interfaces: Interfaces,
): Problem[] {
  const { enabled, allowLockout, sshFrom } = fleet.firewall;
  if (!enabled || allowLockout || sshFrom.includes(anywhere)) return [];
  const lockedOut = Object.entries(fleet.hosts).flatMap(([name, host]) => {
    const controller =
      fleet.firewall.controllerAddress ??
      (isExisting(host)
        ? controllerAddressFor(host.address, interfaces)
        : undefined);
    const ways = waysIn(fleet, name, host.port ?? fleet.ssh.port);
    return controller === undefined ||
      ways.some((way) => allows(fleet, way, controller))
      ? []
      : [{ name, controller }];
  });
  const byController = grouped(lockedOut, ({ controller }) => controller);
  return [...byController].map(([controller, hosts]) => ({
    path: "firewall.sshFrom",
    value: JSON.stringify(sshFrom),
    rule: `would lock this program out of ${list(hosts.map(({ name }) => name))}: it comes from ${controller}`,
    hint: `add "${controller}" to it; firewall.allowLockout: true lets it through all the same`,
  }));
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function waysIn(fleet: FleetSettings, host: string, port: number): string[] {
  const flows = Object.values(fleet.flows).filter(
    (flow) => flow.to === host && flow.port === port && flow.protocol === "tcp",
  );
  return [...fleet.firewall.sshFrom, ...flows.flatMap(({ from }) => from)];
}

function allows(
  fleet: FleetSettings,
  source: string,
  address: string,
): boolean {
  if (source === anywhere) return true;
  const host = fleet.hosts[source];
  if (!host) return isInRange(address, source);
  return (
    isExisting(host) && isInRange(address, host.privateAddress ?? host.address)
  );
}
