import type { CloudAccess } from "./cloud-server.ts";

/** What `hcloud` and Pulumi's plugins read from their environment: where each API is, and what opens it. */
export function cloudVariables({ endpoint, tokens }: CloudAccess) {
  return {
    HCLOUD_ENDPOINT: `${endpoint}/v1`,
    HCLOUD_TOKEN: tokens.hetzner,
    DIGITALOCEAN_API_URL: endpoint,
    DIGITALOCEAN_TOKEN: tokens.digitalocean,
  } as const;
}
