import type { CloudProvider } from "./config.ts";
import { digitaloceanMaker } from "./digitalocean/maker.ts";
import { hetznerMaker } from "./hetzner/maker.ts";
import type { CloudMaker } from "./maker.ts";

/** The providers that hosts are made at. */
export const cloudMakers: Readonly<Record<CloudProvider, CloudMaker>> = {
  digitalocean: digitaloceanMaker,
  hetzner: hetznerMaker,
};
