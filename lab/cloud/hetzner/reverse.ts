import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Action, ActionResource } from "../action.ts";
import { invalid } from "../http/api-error.ts";
import { repeatedId, type PrimaryIp } from "./primary-ip.ts";
import type { Project } from "./project.ts";

/** The body of `change_dns_ptr`. */
export const reverseChange = z.strictObject({
  ...repeatedId,
  ip: z.union([z.ipv4(), z.ipv6()]),
  /** `null` takes the name away: IPv4 has its usual one again. */
  dns_ptr: z.string().min(1).max(253).nullable(),
});

/** Names an address of a primary IP; refuses one that is not of it. */
export function changeReverse(
  project: Project,
  given: PrimaryIp,
  asked: z.infer<typeof reverseChange>,
  about: ActionResource,
): Action {
  if (!isOf(given, asked.ip))
    throw invalid("ip", `${asked.ip} is no address of it`);
  const { ip, dns_ptr } = asked;
  if (dns_ptr === null) Reflect.deleteProperty(given.reverse, ip);
  else given.reverse[ip] = dns_ptr;
  return project.actions.start("change_dns_ptr", [about]);
}

function isOf({ type, ip }: PrimaryIp, address: string): boolean {
  if (type === "ipv4") return ip === address;
  if (!ipaddr.IPv6.isValid(address)) return false;
  return ipaddr.IPv6.parse(address).match(ipaddr.IPv6.parse(ip), 64);
}
