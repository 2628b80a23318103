import { z } from "zod";
import { action } from "../action.ts";
import { firewall } from "./firewall.ts";
import { network } from "./network.ts";
import { image } from "./image.ts";
import { placementGroup } from "./placement-group.ts";
import { primaryIp } from "./primary-ip.ts";
import { server } from "./server.ts";
import { sshKey } from "./ssh-key.ts";

/** What is kept of a Hetzner project. */
export const hetznerState = z.strictObject({
  actions: z.record(z.string(), action).default({}),
  sshKeys: z.record(z.string(), sshKey).default({}),
  images: z.record(z.string(), image).default({}),
  servers: z.record(z.string(), server).default({}),
  primaryIps: z.record(z.string(), primaryIp).default({}),
  placementGroups: z.record(z.string(), placementGroup).default({}),
  networks: z.record(z.string(), network).default({}),
  firewalls: z.record(z.string(), firewall).default({}),
});

/** Everything that is kept of a Hetzner project. */
export type HetznerState = z.infer<typeof hetznerState>;
