import { z } from "zod";
import { name } from "./name.ts";
import { sources } from "./source.ts";
import { port } from "./text.ts";

/** Who may talk to whom, on which port. */
export const flow = z.strictObject({
  /** `anywhere`, a host of the fleet, an address or a CIDR range, or a list of those. Updates in place. */
  from: sources.describe("Who may come: anywhere, hosts, addresses, ranges"),
  /** Name of the host that is talked to. */
  to: name.describe("Name of the host that is talked to"),
  /** Port on that host. Updates in place. */
  port: port.describe("Port on that host"),
  /** `tcp` or `udp`. Updates in place. @default "tcp" */
  protocol: z
    .enum(["tcp", "udp"])
    .default("tcp")
    .describe("Protocol: tcp or udp"),
  /** Checks that the port answers, once the firewalls are loaded: from each source host, and for `anywhere` from the machine that the program runs on. @default - true for tcp, where a source is a host, or where a site or service of the fleet answers to anywhere */
  verify: z
    .boolean()
    .optional()
    .describe("Checks from the sources that the port answers"),
});

export type FlowConfig = z.output<typeof flow>;
