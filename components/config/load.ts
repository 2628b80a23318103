import { networkInterfaces } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import type { Interfaces } from "./controller.ts";
import type { FleetConfig, FleetSettings } from "./fleet.ts";
import { ensureLabPassphraseInLabOnly } from "./lab.ts";
import { ensureNoLockout } from "./lockout.ts";
import { parseFleet } from "./parse.ts";
import { ensureNoPortConflicts } from "./ports.ts";
import { privateKeyFault } from "./private-key.ts";
import { ConfigurationError, type Problem } from "./problem.ts";
import { readHosts, readPrivateKey, readSites } from "./read.ts";
import { ensureWholeFleet } from "./rules.ts";

/** A configuration with everything that it refers to. */
export interface LoadedFleet {
  readonly fleet: FleetConfig;
  /** The text of the SSH private key; secret. */
  readonly privateKey: pulumi.Output<string>;
  readonly connectTimeoutSeconds?: number | undefined;
  readonly forgetHosts: readonly string[];
}

/** What a configuration is read in. */
export interface Surroundings {
  /** Folder that relative paths start from: the project's. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly interfaces: Interfaces;
}

/**
 * Loads `flotilla:fleet` of the current stack. Everything that is wrong with it is in one
 * `ConfigurationError`, before any connection.
 */
export function loadFleet(): LoadedFleet {
  const config = new pulumi.Config("flotilla");
  const checked = checkFleet(configured(config), {
    directory: process.cwd(),
    environment: process.env,
    interfaces: networkInterfaces(),
  });
  if (checked.problems.length > 0) throw problemsOfStack(checked.problems);
  return {
    fleet: checked.fleet,
    privateKey: privateKeyOf(config, checked),
    connectTimeoutSeconds: checked.settings.ssh.connectTimeoutSeconds,
    forgetHosts: checked.settings.forgetHosts,
  };
}

/** A configuration that was checked; `fleet` is whole only when there are no problems. */
export interface CheckedFleet {
  readonly problems: readonly Problem[];
  readonly settings: FleetSettings;
  readonly fleet: FleetConfig;
  readonly privateKey: string | undefined;
}

/** Checks a configuration with the files that it names, and collects all problems. */
export function checkFleet(
  input: unknown,
  { directory, environment, interfaces }: Surroundings,
): CheckedFleet {
  const { settings, hostNames, problems, faulty } = parseFleet(input);
  const hosts = readHosts(settings, directory);
  const sites = readSites(settings, directory);
  const key = faulty.some((path) => /^ssh(\.privateKey|$)/.test(path))
    ? { found: undefined, problems: [] }
    : readPrivateKey(settings, directory);
  const { services, flows, firewall } = settings;
  return {
    settings,
    fleet: {
      hosts: hosts.found,
      services,
      sites: sites.found,
      flows,
      firewall,
    },
    privateKey: key.found,
    problems: [
      ...problems,
      ...ensureWholeFleet({ fleet: settings, hostNames, faulty }),
      ...ensureNoPortConflicts(settings),
      ...ensureNoLockout(settings, interfaces),
      ...ensureLabPassphraseInLabOnly(settings.hosts, environment),
      ...key.problems,
      ...hosts.problems,
      ...sites.problems,
    ],
  };
}

function configured(config: pulumi.Config): unknown {
  const path = "flotilla:fleet";
  const hint = "write it as nested YAML in Pulumi.<stack>.yaml";
  try {
    const found = config.getObject<unknown>("fleet");
    if (found !== undefined) return found;
  } catch {
    throw problemsOfStack([
      { path, rule: "must be an object with keys", hint },
    ]);
  }
  throw problemsOfStack([{ path, rule: "is missing", hint }]);
}

function problemsOfStack(problems: readonly Problem[]): ConfigurationError {
  const subject = `The configuration flotilla:fleet of stack ${pulumi.getStack()}`;
  return new ConfigurationError(subject, problems);
}

function privateKeyOf(
  config: pulumi.Config,
  { privateKey, settings }: CheckedFleet,
): pulumi.Output<string> {
  if (privateKey !== undefined) return pulumi.secret(privateKey);
  const name = settings.ssh.privateKey?.secret ?? "";
  return config.requireSecret(name).apply((pem) => {
    const fault = privateKeyFault(pem);
    if (!fault) return pem;
    throw problemsOfStack([
      { path: `flotilla:${name}`, value: "[secret]", ...fault },
    ]);
  });
}
