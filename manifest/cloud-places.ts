/** A provider that hosts are made at. */
export type CloudProviderName = "hetzner" | "digitalocean";

/** Where address and token of a provider's API are set, for Pulumi's own plugin; the configuration wins over the environment. */
export interface CloudPlaces {
  readonly endpointKey: string;
  readonly endpointVariable: string;
  readonly tokenKey: string;
  readonly tokenVariables: readonly string[];
  /** The provider's own. */
  readonly endpoint: string;
  /** The address that requests start with, as the plugin makes it of what is given. */
  readonly renderEndpoint: (given: string) => string;
  /** What is wrong with the form of a token. */
  readonly tokenFault: (token: string) => string | undefined;
}

/** How a provider's API is reached. */
export interface CloudAccess {
  /** With the version of the API in its path, without `/` at its end. */
  readonly endpoint: string;
  readonly token: string;
}

const printable = /^[\x21-\x7e]+$/;

/** Where the plugin of each provider looks. */
export const cloudPlaces: Readonly<Record<CloudProviderName, CloudPlaces>> = {
  hetzner: {
    endpointKey: "hcloud:endpoint",
    endpointVariable: "HCLOUD_ENDPOINT",
    tokenKey: "hcloud:token",
    tokenVariables: ["HCLOUD_TOKEN"],
    endpoint: "https://api.hetzner.cloud/v1",
    renderEndpoint: (given) => given.replace(/\/$/, ""),
    tokenFault: (token) =>
      token.length === 64 && printable.test(token)
        ? undefined
        : "is no token of Hetzner Cloud: those have 64 characters",
  },
  digitalocean: {
    endpointKey: "digitalocean:apiEndpoint",
    endpointVariable: "DIGITALOCEAN_API_URL",
    tokenKey: "digitalocean:token",
    tokenVariables: ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"],
    endpoint: "https://api.digitalocean.com",
    renderEndpoint: (given) => `${new URL(given).origin}/v2`,
    tokenFault: (token) =>
      printable.test(token)
        ? undefined
        : "is no token of DigitalOcean: it has blanks or line breaks in it",
  },
};

/** Whether requests can be sent to it. */
export function isEndpoint(given: string): boolean {
  return URL.canParse(given) && /^https?:/.test(given);
}

/** The command that sets a provider's token. */
export function setToken(provider: CloudProviderName): string {
  return `pulumi config set --secret ${cloudPlaces[provider].tokenKey}`;
}
