import { isInRange } from "./address.ts";
import type { FleetSettings } from "./fleet.ts";
import type { Problem } from "./problem.ts";

/** The passphrase of the committed development stack: public, so it protects nothing outside the lab. */
export const labPassphrase = "flotilla-lab-only";

/** The addresses that the lab gives to its hosts, unless `FLOTILLA_LAB_RANGE` says otherwise. */
export const labRange = "10.86.0.0/16";

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Addresses = Readonly<
  Record<string, Pick<FleetSettings["hosts"][string], "address">>
>;

/** Names of the hosts that are not the lab's, told by their addresses; a name instead of an address is outside. */
export function hostsOutsideLab(
  hosts: Addresses,
  environment: Environment,
): string[] {
  const range = rangeOf(environment);
  return Object.entries(hosts)
    .filter(([, { address }]) => !isInRange(address, range))
    .map(([name]) => name);
}

function rangeOf(environment: Environment): string {
  return environment["FLOTILLA_LAB_RANGE"] ?? labRange;
}

/** Hosts outside the lab must not stand under the public passphrase. */
export function ensureLabPassphraseInLabOnly(
  hosts: Addresses,
  environment: Environment,
): Problem[] {
  if (environment["PULUMI_CONFIG_PASSPHRASE"] !== labPassphrase) return [];
  return hostsOutsideLab(hosts, environment).map((name) => ({
    path: `hosts.${name}.address`,
    value: JSON.stringify(hosts[name]?.address),
    rule: `is outside the lab's range ${rangeOf(environment)}, and this stack's passphrase is the public one of the lab: anybody could read its secrets`,
    hint: "set PULUMI_CONFIG_PASSPHRASE to one of your own and run `pulumi stack change-secrets-provider passphrase`, or use a stack of your own",
  }));
}
