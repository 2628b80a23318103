import { networkInterfaces } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import { checkFleet, type CheckedFleet } from "./config/check.ts";
import type { FleetConfig } from "./config/fleet.ts";
import { closedKeyMessage, closeKey, type OpenKey } from "./config/key-mode.ts";
import { privateKeyFault } from "./config/private-key.ts";
import { fetchSites } from "./fetch-sites.ts";
import { ConfigurationError, type Problem } from "./config/problem.ts";

/** A configuration with everything that it refers to. */
export interface LoadedFleet {
  readonly fleet: FleetConfig;
  /** The text of the SSH private key; secret. */
  readonly privateKey: pulumi.Output<string>;
  readonly connectTimeoutSeconds?: number | undefined;
  readonly forgetHosts: readonly string[];
}

/**
 * Loads `flotilla:fleet` of the current stack, and fetches the sites that come from git. Everything
 * that is wrong with it is in one `ConfigurationError`, before any connection; everything that could
 * not be fetched is in another, before any host is contacted.
 */
export async function loadFleet(): Promise<LoadedFleet> {
  const config = new pulumi.Config("flotilla");
  const checked = checkFleet(configured(config), {
    directory: process.cwd(),
    environment: process.env,
    interfaces: networkInterfaces(),
  });
  if (checked.problems.length > 0) throw problemsOfStack(checked.problems);
  if (checked.openKey) await close(checked.openKey);
  const sites = await fetchSites(config, checked);
  if (sites.problems.length > 0) throw problemsOfStack(sites.problems);
  return {
    fleet: {
      ...checked.fleet,
      sites: { ...checked.fleet.sites, ...sites.found },
    },
    privateKey: privateKeyOf(config, checked),
    connectTimeoutSeconds: checked.settings.ssh.connectTimeoutSeconds,
    forgetHosts: checked.settings.forgetHosts,
  };
}

/** A key that others can read is not used: its mode is set right, and that is said. */
async function close(key: OpenKey): Promise<void> {
  const problem = closeKey(key);
  if (problem) throw problemsOfStack([problem]);
  await pulumi.log.info(closedKeyMessage(key));
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
