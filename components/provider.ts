import * as pulumi from "@pulumi/pulumi";
import {
  cloudPlaces,
  type CloudProviderName,
} from "../manifest/cloud-places.ts";
import { ensurePluginIsNamed } from "./plugin.ts";

/** How the API of a provider is reached. */
export interface CloudLogin {
  /** Opens the API; secret. @default - the environment's */
  readonly token?: pulumi.Input<string> | undefined;
  /** Its address. @default - the environment's, else the provider's own */
  readonly endpoint?: pulumi.Input<string> | undefined;
}

/** How the APIs of providers are reached. */
export type CloudLogins = Readonly<
  Partial<Record<CloudProviderName, CloudLogin>>
>;

export interface ProviderArgs {
  /** The text of the SSH private key, unprotected by a passphrase. Kept secret in state. A new key dials nothing by itself. */
  readonly privateKey: pulumi.Input<string>;
  /** The key before that one, tried after it: hosts that were not told of the new one yet still open. Take it out when all were. @default - no other key */
  readonly previousPrivateKey?: pulumi.Input<string> | undefined;
  /** Who a host's lock names as its holder. @default - organisation, project and stack */
  readonly stack?: pulumi.Input<string> | undefined;
  /** Hosts that are gone for good: a delete succeeds without them and lists what was left. @default [] */
  readonly forgetHosts?: pulumi.Input<readonly string[]> | undefined;
  /** Hosts whose machine was rebuilt, by name: everything on them is looked at anew and put back, and the key of a first contact is believed once more. Take them out afterwards. @default [] */
  readonly replace?: pulumi.Input<readonly string[]> | undefined;
  /** Addresses and tokens of the APIs of providers, for snapshots of machines (`snapshotBefore`): `cloudsOfStack()` is what the stack's configuration has. Tokens are kept secret in state. @default - what the environment has */
  readonly clouds?: CloudLogins | undefined;
  /** Seconds until a connection that is not answered counts as failed (1–600). @default 20 */
  readonly connectTimeoutSeconds?: pulumi.Input<number> | undefined;
  /** Seconds to wait for another job on the same host (0–3600). @default 300 */
  readonly lockWaitSeconds?: pulumi.Input<number> | undefined;
}

/**
 * The way to the hosts: one per fleet, passed down by `{ provider }`.
 *
 * @example
 * ```ts
 * const provider = new Provider("fleet", { privateKey: config.requireSecret("sshKey") });
 * const host = new Host("web-1", { address, hostKeys }, { provider });
 * ```
 */
export class Provider extends pulumi.ProviderResource {
  /** The SSH private key; secret. Hooks log in with it too. */
  readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    super("flotilla", name, inputsOf(args), opts);
    this.privateKey = pulumi.secret(args.privateKey);
  }
}

/** A provider's configuration is text on the wire; what is not a text travels as JSON. */
function inputsOf(args: ProviderArgs): pulumi.Inputs {
  ensurePluginIsNamed();
  const { privateKey, previousPrivateKey, stack, ...rest } = args;
  const { forgetHosts, replace, connectTimeoutSeconds, lockWaitSeconds } = rest;
  return {
    privateKey: pulumi.secret(privateKey),
    previousPrivateKey:
      previousPrivateKey === undefined
        ? undefined
        : pulumi.secret(previousPrivateKey),
    stack: stack ?? stackName(),
    forgetHosts: asText(forgetHosts),
    replace: asText(replace),
    connectTimeoutSeconds: asText(connectTimeoutSeconds),
    lockWaitSeconds: asText(lockWaitSeconds),
    ...loginInputs(args.clouds ?? {}),
  };
}

function loginInputs({ hetzner, digitalocean }: CloudLogins): pulumi.Inputs {
  const secret = (token: pulumi.Input<string> | undefined) =>
    token === undefined ? undefined : pulumi.secret(token);
  return {
    hetznerToken: secret(hetzner?.token),
    hetznerEndpoint: hetzner?.endpoint,
    digitaloceanToken: secret(digitalocean?.token),
    digitaloceanEndpoint: digitalocean?.endpoint,
  };
}

/** How the APIs of providers are reached, as the stack's configuration has it for their own plugins: `hcloud:token`, `digitalocean:token` and the endpoints. */
export function cloudsOfStack(): CloudLogins {
  const logins = Object.entries(cloudPlaces).map(([provider, places]) => {
    const { tokenKey, endpointKey } = places;
    const token = pulumi.runtime.getConfig(tokenKey);
    const endpoint = pulumi.runtime.getConfig(endpointKey);
    return [provider, { token, endpoint }] as const;
  });
  return Object.fromEntries(logins);
}

function asText(value: pulumi.Input<unknown>) {
  return value === undefined ? undefined : pulumi.jsonStringify(value);
}

/** Organisation, project and stack. */
export function stackName(): string {
  return [
    pulumi.getOrganization(),
    pulumi.getProject(),
    pulumi.getStack(),
  ].join("/");
}
