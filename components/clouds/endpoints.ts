import type { CloudProvider } from "./config.ts";

/** Where the address of a provider's API is set, for Pulumi's own plugin; the configuration wins over the environment. */
export interface EndpointPlaces {
  readonly endpointKey: string;
  readonly endpointVariable: string;
}

/** Where the plugin of each provider looks. */
export const endpointPlaces: Readonly<Record<CloudProvider, EndpointPlaces>> = {
  hetzner: {
    endpointKey: "hcloud:endpoint",
    endpointVariable: "HCLOUD_ENDPOINT",
  },
  digitalocean: {
    endpointKey: "digitalocean:apiEndpoint",
    endpointVariable: "DIGITALOCEAN_API_URL",
  },
};
