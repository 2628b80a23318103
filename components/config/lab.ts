import { isInRange } from "./address.ts";
import type { FleetSettings } from "./fleet.ts";
import type { Problem } from "./problem.ts";

/** The passphrase of the committed development stack: public, so it protects nothing outside the lab. */
export const labPassphrase = "flotilla-lab-only";

/** The addresses that the lab gives to its hosts, unless `FLOTILLA_LAB_RANGE` says otherwise. */
export const labRange = "10.86.0.0/16";

/** Hosts outside the lab must not stand under the public passphrase. */
export function ensureLabPassphraseInLabOnly(
  hosts: Readonly<
    Record<string, Pick<FleetSettings["hosts"][string], "address">>
  >,
  environment: Readonly<Record<string, string | undefined>>,
): Problem[] {
  if (environment["PULUMI_CONFIG_PASSPHRASE"] !== labPassphrase) return [];
  const range = environment["FLOTILLA_LAB_RANGE"] ?? labRange;
  return Object.entries(hosts)
    .filter(([, { address }]) => !isInRange(address, range))
    .map(([name, { address }]) => ({
      path: `hosts.${name}.address`,
      value: JSON.stringify(address),
      rule: `is outside the lab's range ${range}, and this stack's passphrase is the public one of the lab: anybody could read its secrets`,
      hint: "set PULUMI_CONFIG_PASSPHRASE to one of your own and run `pulumi stack change-secrets-provider passphrase`, or use a stack of your own",
    }));
}
