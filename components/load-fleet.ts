import { networkInterfaces } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import { cloudPlaces } from "../manifest/cloud-places.ts";
import { checkFleet } from "./config/check.ts";
import type { FleetConfig } from "./config/fleet.ts";
import { fleetFileName, readFleet } from "./config/fleet-file.ts";
import { closedKeyMessage, closeKey, type OpenKey } from "./config/key-mode.ts";
import { fetchSites } from "./fetch-sites.ts";
import { ConfigurationError, type Problem } from "./config/problem.ts";
import { ownsOperatorKey } from "./config/read.ts";
import { publicLineOf } from "./config/public-half.ts";
import type { StackSecret } from "./config/secret.ts";
import type { FleetArgs } from "./fleet.ts";
import { cloudsOfStack, type CloudLogins } from "./provider.ts";
import { SshIdentity } from "./hosts/ssh-identity.ts";
import type { SecretOf } from "./secret-of.ts";

/** A configuration with everything that it refers to. */
export interface LoadedFleet {
  /** The configuration, and the way to the secrets that it names: what `Fleet` takes. */
  readonly fleet: FleetArgs;
  /** The value of a secret, as the environment or the stack has it. */
  readonly secret: SecretOf;
  /** The text of the SSH private key; secret. */
  readonly privateKey: pulumi.Output<string>;
  /** The same, where the stack made it; secret. @default - it is a key of the user's */
  readonly operatorKey?: pulumi.Output<string> | undefined;
  readonly connectTimeoutSeconds?: number | undefined;
  /** How providers' APIs are reached, where snapshots are made there. @default - none are made */
  readonly clouds?: CloudLogins | undefined;
  readonly forgetHosts: readonly string[];
  readonly replace: readonly string[];
}

/**
 * Loads `flotilla:fleet` of the current stack, with what `FLOTILLA_FLEET__…` and `FLOTILLA_SECRET__…` say instead, and
 * fetches the sites that come from git. Everything that is wrong with it is in one `ConfigurationError`, before any
 * connection; everything that could not be fetched is in another, before any host is contacted.
 */
export async function loadFleet(): Promise<LoadedFleet> {
  const config = new pulumi.Config("flotilla");
  const { problems, notes, settings, ...checked } = checkFleet(
    configured(config),
    {
      directory: process.cwd(),
      environment: process.env,
      endpoints: endpointsOfStack(),
      interfaces: networkInterfaces(),
      secrets: secretOfStack,
    },
  );
  if (problems.length > 0) throw problemsOfStack(problems);
  if (checked.openKey) await close(checked.openKey);
  for (const note of notes) void pulumi.log.info(note);
  const secret: SecretOf = (name) => {
    const own = checked.secrets.get(name);
    return own ? pulumi.secret(own.value) : config.requireSecret(name);
  };
  const sites = await fetchSites({ ...checked, settings }, secret);
  if (sites.problems.length > 0) throw problemsOfStack(sites.problems);
  const { privateKey: named, connectTimeoutSeconds } = settings.ssh;
  const own = ownsOperatorKey(settings)
    ? new SshIdentity("operator-key")
    : undefined;
  const privateKey =
    own?.privateKey ??
    (named ? secret(named.secret) : pulumi.secret(checked.privateKey ?? ""));
  return {
    fleet: {
      ...checked.fleet,
      sites: { ...checked.fleet.sites, ...sites.found },
      publicKey: own?.hostKey ?? publicHalf(privateKey),
      secret,
    },
    secret,
    privateKey,
    operatorKey: own?.privateKey,
    connectTimeoutSeconds,
    clouds: loginsFor(checked.fleet),
    forgetHosts: settings.forgetHosts,
    replace: settings.replace,
  };
}

/** A token goes only where it is needed: to the providers that snapshots are made at. */
function loginsFor({ hosts }: FleetConfig): CloudLogins | undefined {
  const wanted = Object.values(hosts).flatMap(({ cloud }) =>
    cloud?.snapshotBefore ? [cloud.provider] : [],
  );
  if (wanted.length === 0) return undefined;
  const logins = Object.entries(cloudsOfStack());
  return Object.fromEntries(
    logins.filter(([provider]) => wanted.some((one) => one === provider)),
  );
}

/** What is let in is no secret. */
function publicHalf(privateKey: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.unsecret(privateKey.apply((text) => publicLineOf(text) ?? ""));
}

/** The APIs that the providers' own configuration names: whether they are the lab's decides what a stack may leave out. */
function endpointsOfStack() {
  return Object.fromEntries(
    Object.entries(cloudPlaces).map(([provider, places]) => [
      provider,
      pulumi.runtime.getConfig(places.endpointKey) ??
        process.env[places.endpointVariable],
    ]),
  );
}

function secretOfStack(name: string): StackSecret | undefined {
  const key = `flotilla:${name}`;
  const value = pulumi.runtime.getConfig(key);
  if (value === undefined) return undefined;
  return { value, isSecret: isSetAsSecret(key) };
}

/** The SDK knows which keys are secret, and leaves the function that tells out of its types. */
function isSetAsSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as {
    isConfigSecret?: (key: string) => boolean;
  };
  return isConfigSecret?.(key) ?? true;
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
  const text = config.get("fleet") ?? "";
  if (fleetFileName.test(text)) return inFile(text);
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

function inFile(file: string): unknown {
  const { found, problems } = readFleet(file, process.cwd());
  if (problems.length > 0) throw problemsOfStack(problems);
  return found;
}

function problemsOfStack(problems: readonly Problem[]): ConfigurationError {
  const subject = `The configuration flotilla:fleet of stack ${pulumi.getStack()}`;
  return new ConfigurationError(subject, problems);
}
