import type { CloudProvider } from "../../components/clouds/config.ts";
import {
  endpointPlaces,
  type EndpointPlaces,
} from "../../components/clouds/endpoints.ts";
import { problem, type Finding } from "./finding.ts";
import type { StackValues } from "./stack-values.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a provider's API is, and what opens it: found where the provider's plugin finds them. */
export interface CloudAccess {
  /** With the version of the API in its path, without `/` at its end. */
  readonly endpoint: string;
  readonly token: string;
  /** The key or variable that the token comes from. */
  readonly source: string;
}

interface Places extends EndpointPlaces {
  readonly tokenKey: string;
  readonly tokenVariables: readonly string[];
  readonly endpoint: string;
  /** The address that requests start with, as the plugin makes it of what is given. */
  readonly renderEndpoint: (given: string) => string;
  /** What is wrong with the form of a token. */
  readonly tokenFault: (token: string) => string | undefined;
}

const printable = /^[\x21-\x7e]+$/;

/** Where each provider's plugin looks; the configuration wins over the environment. */
export const cloudPlaces: Readonly<Record<CloudProvider, Places>> = {
  hetzner: {
    tokenKey: "hcloud:token",
    tokenVariables: ["HCLOUD_TOKEN"],
    ...endpointPlaces.hetzner,
    endpoint: "https://api.hetzner.cloud/v1",
    renderEndpoint: (given) => given.replace(/\/$/, ""),
    tokenFault: (token) =>
      token.length === 64 && printable.test(token)
        ? undefined
        : "is no token of Hetzner Cloud: those have 64 characters",
  },
  digitalocean: {
    tokenKey: "digitalocean:token",
    tokenVariables: ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"],
    ...endpointPlaces.digitalocean,
    endpoint: "https://api.digitalocean.com",
    renderEndpoint: (given) => `${new URL(given).origin}/v2`,
    tokenFault: (token) =>
      printable.test(token)
        ? undefined
        : "is no token of DigitalOcean: it has blanks or line breaks in it",
  },
};

/** The way to a provider's API, or why there is none. */
export function findAccess(
  provider: CloudProvider,
  stack: StackValues,
  environment: Environment,
): CloudAccess | Finding {
  const places = cloudPlaces[provider];
  const given = endpointOf(provider, stack, environment) ?? places.endpoint;
  if (!URL.canParse(given) || !/^https?:/.test(given))
    return problem(
      "endpoint",
      `${places.endpointKey} is no address`,
      `write it like ${places.endpoint}, or take it away: pulumi config rm ${places.endpointKey}`,
    );
  const found = tokenOf(places, stack, environment);
  if (!found) return noToken(places, stack);
  const { token, source } = found;
  const fault = places.tokenFault(token);
  if (fault !== undefined)
    return problem("token", `${source} ${fault}`, setToken(provider));
  return { endpoint: places.renderEndpoint(given), token, source };
}

/** The endpoint that is set; `undefined` where it is the provider's own. */
export function endpointOf(
  provider: CloudProvider,
  { values }: StackValues,
  environment: Environment,
): string | undefined {
  const { endpointKey, endpointVariable } = cloudPlaces[provider];
  return values.get(endpointKey)?.value ?? environment[endpointVariable];
}

/** The command that sets a provider's token. */
export function setToken(provider: CloudProvider): string {
  return `pulumi config set --secret ${cloudPlaces[provider].tokenKey}`;
}

function tokenOf(
  { tokenKey, tokenVariables }: Places,
  { values, closed }: StackValues,
  environment: Environment,
): { readonly token: string; readonly source: string } | undefined {
  const own = values.get(tokenKey)?.value;
  if (own !== undefined) return { token: own, source: tokenKey };
  if (closed.includes(tokenKey)) return undefined;
  for (const source of tokenVariables) {
    const token = environment[source];
    if (token) return { token, source };
  }
  return undefined;
}

function noToken(
  { tokenKey, tokenVariables }: Places,
  { closed, fault }: StackValues,
): Finding {
  if (closed.includes(tokenKey))
    return problem(
      "token",
      `the secret ${tokenKey} cannot be opened: ${fault ?? ""}`,
      "let `pulumi config get` open it first: the passphrase is in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
    );
  return problem(
    "token",
    "there is none",
    `pulumi config set --secret ${tokenKey}, or ${tokenVariables[0] ?? ""} in the environment`,
  );
}
