import { z } from "zod";
import { action } from "../action.ts";
import { domain, domainRecord } from "./domain.ts";
import { droplet } from "./droplet.ts";
import { firewall } from "./firewall.ts";
import { key } from "./key.ts";
import { reservedIp } from "./reserved-ip.ts";
import { snapshot } from "./snapshot.ts";
import { vpc } from "./vpc.ts";
import { tag } from "./tag.ts";

/** What is kept of a DigitalOcean account. */
export const digitaloceanState = z.strictObject({
  actions: z.record(z.string(), action).default({}),
  keys: z.record(z.string(), key).default({}),
  tags: z.record(z.string(), tag).default({}),
  snapshots: z.record(z.string(), snapshot).default({}),
  droplets: z.record(z.string(), droplet).default({}),
  domains: z.record(z.string(), domain).default({}),
  domainRecords: z.record(z.string(), domainRecord).default({}),
  reservedIps: z.record(z.string(), reservedIp).default({}),
  vpcs: z.record(z.string(), vpc).default({}),
  firewalls: z.record(z.string(), firewall).default({}),
});

/** Everything that is kept of a DigitalOcean account. */
export type DigitaloceanState = z.infer<typeof digitaloceanState>;
