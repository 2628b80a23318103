import type { CloudProvider } from "./config.ts";
import { digitaloceanCatalogue } from "./digitalocean/catalogue.ts";
import { hetznerCatalogue } from "./hetzner/catalogue.ts";
import type { Catalogue } from "./size.ts";

/** What the providers sell. */
export const catalogues: Readonly<Record<CloudProvider, Catalogue>> = {
  digitalocean: digitaloceanCatalogue,
  hetzner: hetznerCatalogue,
};
