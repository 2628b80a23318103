import type { CloudProvider } from "./config.ts";

/** How machines of a provider are known to Pulumi. */
export const machineTypes: Readonly<Record<CloudProvider, string>> = {
  hetzner: "hcloud:index/server:Server",
  digitalocean: "digitalocean:index/droplet:Droplet",
};
