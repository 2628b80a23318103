import {
  ensureBreakGlassKey,
  ensureBreakGlassKeyIsAnother,
  readBreakGlassKey,
} from "./break-glass.ts";
import type { OpenKey } from "./key-mode.ts";
import { ensureHardenedSshdLetsUsIn } from "../hardening/rules.ts";
import type { Interfaces } from "./controller.ts";
import {
  fleet as schema,
  type FleetConfig,
  type FleetSettings,
} from "./fleet.ts";
import { ensureLabPassphraseInLabOnly, type LabSigns } from "./lab.ts";
import { ensureNoLockout } from "./lockout.ts";
import { applyOverrides, renderOverride, withSources } from "./overrides.ts";
import { parseFleet, type ParsedFleet } from "./parse.ts";
import { ensureNoPortConflicts } from "./ports.ts";
import type { Problem } from "./problem.ts";
import { readGitSites, type GitSite } from "./read-git.ts";
import { readHosts, readPrivateKey, readSites } from "./read.ts";
import { ensureWholeFleet } from "./rules.ts";
import {
  renderSecretOverride,
  secretOverrides,
  type SecretOverride,
} from "./secret-overrides.ts";
import { ensureSecretsAreSet, secretsIn, type Secrets } from "./secret.ts";

/** What a configuration is read in. */
export interface Surroundings extends LabSigns {
  /** Folder that relative paths start from: the project's. */
  readonly directory: string;
  readonly interfaces: Interfaces;
  /** The secrets of the stack. @default - those of the environment are all that is looked at */
  readonly secrets?: Secrets | undefined;
}

/** A configuration that was checked; `fleet` is whole only when there are no problems. */
export interface CheckedFleet {
  readonly problems: readonly Problem[];
  readonly settings: FleetSettings;
  /** Without the sites that come from git. */
  readonly fleet: FleetConfig;
  /** Where the other sites come from, by name. */
  readonly gitSites: Readonly<Record<string, GitSite>>;
  /** The text of the SSH private key; `undefined` when it could not be read. */
  readonly privateKey: string | undefined;
  /** The file of the private key, where others can read it: to be closed before the key is used. */
  readonly openKey: OpenKey | undefined;
  /** The secrets that the environment sets, by name. */
  readonly secrets: ReadonlyMap<string, SecretOverride>;
  /** What the environment says instead of the stack, a line each, secrets masked. */
  readonly notes: readonly string[];
}

/** Checks a configuration, as the environment leaves it, with the files and secrets that it names, and collects all problems. */
export function checkFleet(
  given: unknown,
  surroundings: Surroundings,
): CheckedFleet {
  const { environment } = surroundings;
  const { input, applied, problems } = applyOverrides(given, environment);
  const named = secretsIn(schema, input);
  const names = [...new Set(named.map(({ name }) => name))];
  const own = secretOverrides(names, environment);
  const secrets: Secrets = (name) => {
    const found = own.found.get(name);
    return found ? { ...found, isSecret: true } : surroundings.secrets?.(name);
  };
  const looked = named.filter(
    ({ name }) => surroundings.secrets ?? own.found.has(name),
  );
  const parsed = parseFleet(input);
  const found = checkParsed(parsed, surroundings, secrets);
  return {
    ...found,
    settings: parsed.settings,
    secrets: own.found,
    notes: [
      ...applied.map(renderOverride),
      ...[...own.found].map(renderSecretOverride),
    ],
    problems: [
      ...problems,
      ...own.problems,
      ...withSources(
        [
          ...parsed.problems,
          ...found.problems,
          ...ensureSecretsAreSet(looked, secrets),
        ],
        applied,
      ),
    ],
  };
}

/** Everything that is wrong beyond the form of single keys. */
function checkParsed(
  { settings, hostNames, faulty }: ParsedFleet,
  { directory, environment, endpoints, interfaces }: Surroundings,
  secrets: Secrets,
): Pick<
  CheckedFleet,
  "fleet" | "gitSites" | "privateKey" | "openKey" | "problems"
> {
  const hosts = readHosts(settings, directory);
  const sites = readSites(settings, directory);
  const gitSites = readGitSites(settings, directory);
  const breakGlass = readBreakGlassKey(settings, directory);
  const key = readPrivateKey(settings, directory, secrets);
  const { services, users, flows, firewall, hardening, preflight } = settings;
  const signs = { environment, endpoints };
  const isFaulty = (path: RegExp) => faulty.some((one) => path.test(one));
  return {
    fleet: {
      hosts: hosts.found,
      services,
      sites: sites.found,
      users,
      flows,
      firewall,
      preflight,
      hardening,
      breakGlassKey: breakGlass.found,
    },
    gitSites: gitSites.found,
    privateKey: key.found,
    openKey: key.openKey,
    problems: [
      ...ensureWholeFleet({ fleet: settings, hostNames, faulty }),
      ...ensureNoPortConflicts(settings),
      ...ensureNoLockout(settings, interfaces),
      ...ensureHardenedSshdLetsUsIn(settings, hosts.found),
      ...ensureLabPassphraseInLabOnly(settings.hosts, signs),
      ...(isFaulty(/^ssh(\.privateKey|$)/) ? [] : key.problems),
      ...(isFaulty(/^ssh(\.breakGlass|$)/)
        ? []
        : ensureBreakGlassKey(settings, signs)),
      ...breakGlass.problems,
      ...ensureBreakGlassKeyIsAnother(settings, breakGlass.found, key.found),
      ...hosts.problems,
      ...sites.problems,
      ...gitSites.problems,
    ],
  };
}
