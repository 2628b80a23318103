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
  /** Checks from each source host that the port answers, once the firewalls are loaded. @default - true where a host is a source and the protocol is tcp */
  verify: z
    .boolean()
    .optional()
    .describe("Checks from the source hosts that the port answers"),
});

export type FlowConfig = z.output<typeof flow>;
