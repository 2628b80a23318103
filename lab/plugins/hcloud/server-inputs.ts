import { z } from "zod";
import { labels } from "./labels.ts";

/** The inputs of a server. */
export const serverInputs = z.object({
  name: z.string(),
  serverType: z.string(),
  image: z.string().default(""),
  location: z.string().optional(),
  sshKeys: z.array(z.string()).default([]),
  userData: z.string().optional(),
  labels,
  firewallIds: z.array(z.number()).default([]),
  placementGroupId: z.number().optional(),
  networks: z
    .array(
      z.object({
        networkId: z.number(),
        ip: z.string().optional(),
        aliasIps: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  publicNets: z
    .array(
      z.object({
        ipv4Enabled: z.boolean().default(true),
        ipv6Enabled: z.boolean().default(true),
        ipv4: z.number().optional(),
        ipv6: z.number().optional(),
      }),
    )
    .default([]),
  backups: z.boolean().default(false),
  keepDisk: z.boolean().default(false),
  deleteProtection: z.boolean().default(false),
  rebuildProtection: z.boolean().default(false),
  rescue: z.string().optional(),
  iso: z.string().optional(),
});

/** The inputs of a server, read. */
export type ServerInputs = z.infer<typeof serverInputs>;
