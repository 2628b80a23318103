import type { OpenKey } from "./key-mode.ts";
import { ensureHardenedSshdLetsUsIn } from "../hardening/rules.ts";
import type { Interfaces } from "./controller.ts";
import type { FleetConfig, FleetSettings } from "./fleet.ts";
import { ensureLabPassphraseInLabOnly } from "./lab.ts";
import { ensureNoLockout } from "./lockout.ts";
import { parseFleet } from "./parse.ts";
import { ensureNoPortConflicts } from "./ports.ts";
import type { Problem } from "./problem.ts";
import { readGitSites, type GitSite } from "./read-git.ts";
import {
  readHosts,
  readPrivateKey,
  readSites,
  type KeyReading,
} from "./read.ts";
import { ensureWholeFleet } from "./rules.ts";

/** What a configuration is read in. */
export interface Surroundings {
  /** Folder that relative paths start from: the project's. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly interfaces: Interfaces;
}

/** A configuration that was checked; `fleet` is whole only when there are no problems. */
export interface CheckedFleet {
  readonly problems: readonly Problem[];
  readonly settings: FleetSettings;
  /** Without the sites that come from git. */
  readonly fleet: FleetConfig;
  /** Where the other sites come from, by name. */
  readonly gitSites: Readonly<Record<string, GitSite>>;
  readonly privateKey: string | undefined;
  /** The file of the private key, where others can read it: to be closed before the key is used. */
  readonly openKey: OpenKey | undefined;
}

/** Checks a configuration with the files that it names, and collects all problems. */
export function checkFleet(
  input: unknown,
  { directory, environment, interfaces }: Surroundings,
): CheckedFleet {
  const { settings, hostNames, problems, faulty } = parseFleet(input);
  const hosts = readHosts(settings, directory);
  const sites = readSites(settings, directory);
  const gitSites = readGitSites(settings, directory);
  const key: KeyReading = faulty.some((path) =>
    /^ssh(\.privateKey|$)/.test(path),
  )
    ? { found: undefined, problems: [] }
    : readPrivateKey(settings, directory);
  const { services, users, flows, firewall, hardening, preflight } = settings;
  return {
    settings,
    fleet: {
      hosts: hosts.found,
      services,
      sites: sites.found,
      users,
      flows,
      firewall,
      preflight,
      hardening,
    },
    gitSites: gitSites.found,
    privateKey: key.found,
    openKey: key.openKey,
    problems: [
      ...problems,
      ...ensureWholeFleet({ fleet: settings, hostNames, faulty }),
      ...ensureNoPortConflicts(settings),
      ...ensureNoLockout(settings, interfaces),
      ...ensureHardenedSshdLetsUsIn(settings, hosts.found),
      ...ensureLabPassphraseInLabOnly(settings.hosts, environment),
      ...key.problems,
      ...hosts.problems,
      ...sites.problems,
      ...gitSites.problems,
    ],
  };
}
