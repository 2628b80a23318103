import { isInRange } from "./address.ts";
import type { FleetSettings } from "./fleet.ts";
import { isExisting, type HostSettings } from "./host.ts";
import type { Problem } from "./problem.ts";

/** The passphrase of the committed development stack: public, so it protects nothing outside the lab. */
export const labPassphrase = "flotilla-lab-only";

/** The addresses that the lab gives to its hosts, unless `FLOTILLA_LAB_RANGE` says otherwise. */
export const labRange = "10.86.0.0/16";

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Hosts = FleetSettings["hosts"];

/** What tells the lab from everything else. */
export interface LabSigns {
  readonly environment: Environment;
  /** The APIs that hosts are made through, by provider. @default - the providers' own */
  readonly endpoints?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Names of the hosts that are not the lab's, told by their addresses, or by the API that makes them: the lab's is on
 * this machine. A name instead of an address is outside.
 */
export function hostsOutsideLab(hosts: Hosts, signs: LabSigns): string[] {
  const range = rangeOf(signs.environment);
  const isInLab = (one: HostSettings) =>
    isExisting(one)
      ? isInRange(one.address, range)
      : isOnThisMachine(signs.endpoints?.[one.provider]);
  return Object.entries(hosts)
    .filter(([, one]) => !isInLab(one))
    .map(([name]) => name);
}

function isOnThisMachine(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return ["127.0.0.1", "[::1]", "localhost"].includes(
    new URL(endpoint).hostname,
  );
}

function rangeOf(environment: Environment): string {
  return environment["FLOTILLA_LAB_RANGE"] ?? labRange;
}

/** Hosts outside the lab must not stand under the public passphrase. */
export function ensureLabPassphraseInLabOnly(
  hosts: Hosts,
  signs: LabSigns,
): Problem[] {
  const { environment } = signs;
  if (environment["PULUMI_CONFIG_PASSPHRASE"] !== labPassphrase) return [];
  return hostsOutsideLab(hosts, signs).map((name) => ({
    ...placeOf(name, hosts[name], environment),
    hint: "set PULUMI_CONFIG_PASSPHRASE to one of your own and run `pulumi stack change-secrets-provider passphrase`, or use a stack of your own",
  }));
}

function placeOf(
  name: string,
  one: HostSettings | undefined,
  environment: Environment,
) {
  const why =
    "and this stack's passphrase is the public one of the lab: anybody could read its secrets";
  if (one && !isExisting(one))
    return {
      path: `hosts.${name}.provider`,
      value: JSON.stringify(one.provider),
      rule: `makes the host outside the lab, ${why}`,
    };
  return {
    path: `hosts.${name}.address`,
    value: JSON.stringify(one?.address),
    rule: `is outside the lab's range ${rangeOf(environment)}, ${why}`,
  };
}
