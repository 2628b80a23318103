import { z } from "zod";
import { ipAddress, isAddress } from "./address.ts";
import { anywhere, sources } from "./source.ts";
import { integer, text } from "./text.ts";

/** The firewall of every host: what a flow allows comes in, SSH comes in, nothing else does. */
export const firewall = z.strictObject({
  /** Loads rules on the hosts; `false` removes what was loaded. Updates in place. @default true */
  enabled: z.boolean().default(true).describe("Loads rules on the hosts"),
  /** Seconds that a host waits for a new connection before it takes new rules back (5–600). @default 60 */
  confirmSeconds: integer(5, 600)
    .default(60)
    .describe("Seconds until unconfirmed rules are taken back"),
  /** Who may reach sshd: as `from` of a flow. @default "anywhere" */
  sshFrom: sources
    .default([anywhere])
    .describe("Who may reach sshd: anywhere, hosts, addresses, ranges"),
  /** Address that the hosts see this program come from. @default - found where the host is on a network of this machine */
  controllerAddress: text(
    (value) =>
      isAddress(value)
        ? undefined
        : {
            rule: "must be an IPv4 or IPv6 address",
            hint: 'write it like "10.0.0.5"',
          },
    { pattern: ipAddress },
  )
    .optional()
    .describe("Address that the hosts see this program come from"),
  /** Lets rules through that would keep this program out; the host still takes them back when nobody confirms. @default false */
  allowLockout: z
    .boolean()
    .default(false)
    .describe("Lets rules through that keep this program out"),
});

export type FirewallConfig = z.output<typeof firewall>;
