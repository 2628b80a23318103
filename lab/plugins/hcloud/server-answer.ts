import { z } from "zod";
import { labels } from "./labels.ts";

const address = z.object({ id: z.number().nullish(), ip: z.string() });

const server = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string().default(""),
  public_net: z
    .object({
      ipv4: address.extend({ dns_ptr: z.string().nullish() }).nullish(),
      ipv6: address
        .extend({
          dns_ptr: z
            .array(z.object({ ip: z.string(), dns_ptr: z.string() }))
            .nullish(),
        })
        .nullish(),
      firewalls: z.array(z.object({ id: z.number() })).nullish(),
    })
    .optional(),
  private_net: z
    .array(
      z.object({
        network: z.number(),
        ip: z.string(),
        alias_ips: z.array(z.string()).nullish(),
        mac_address: z.string().nullish(),
      }),
    )
    .nullish(),
  server_type: z.object({ name: z.string() }).optional(),
  location: z.object({ name: z.string() }).nullish(),
  image: z.object({ id: z.number(), name: z.string().nullish() }).nullish(),
  backup_window: z.string().nullish(),
  protection: z.object({ delete: z.boolean(), rebuild: z.boolean() }).nullish(),
  labels,
  primary_disk_size: z.number().default(0),
  placement_group: z.object({ id: z.number() }).nullish(),
});

/** An answer with a server. */
export const serverAnswer = z.object({ server });

/** A page of servers. */
export const serverList = z.object({
  servers: z.array(server).default([]),
  meta: z
    .object({
      pagination: z.object({ next_page: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

/** A server as the API tells it. */
export type HetznerServer = z.infer<typeof server>;

/** The network of an IPv6 address, and the address in it that a server has. */
export function ipv6Of({ public_net }: HetznerServer): [string, string] {
  const network = public_net?.ipv6?.ip;
  if (network === undefined) return ["<nil>", ""];
  return [network, network.replace(/\/\d+$/, "1")];
}
