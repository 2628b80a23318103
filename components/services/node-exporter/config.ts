import { z } from "zod";
import { name } from "../../config/name.ts";
import { port, text } from "../../config/text.ts";

const collector = text((value) =>
  /^[a-z0-9_]{1,40}$/.test(value)
    ? undefined
    : {
        rule: "is not the name of a collector",
        hint: 'write it as node_exporter does, such as "systemd" or "cpu"',
      },
);

/** A Prometheus node exporter: the machine's own metrics at `/metrics`. */
export const nodeExporter = z.strictObject({
  type: z.literal("node-exporter").describe("The kind of service"),
  /** Name of the host. Replaces the service. */
  host: name.describe("Name of the host"),
  /** Port that it listens on, at loopback, and at the host's address when a flow leads to it. Restarts it. @default 9100 */
  port: port.default(9100).describe("Port that the exporter listens on"),
  /** Collectors beyond those that are on by default. Restarts it. @default [] */
  enable: z
    .array(collector)
    .default([])
    .describe("Collectors to switch on, such as systemd"),
  /** Collectors of the default that stay off. Restarts it. @default [] */
  disable: z
    .array(collector)
    .default([])
    .describe("Collectors to switch off, such as wifi"),
  /** Takes away from it what it does not need (docs/hardening.md). Restarts it. @default true */
  sandbox: z
    .boolean()
    .optional()
    .describe("Takes away from the exporter what it does not need"),
  /** Removes the package when the service is destroyed. @default false */
  purge: z
    .boolean()
    .default(false)
    .describe("Removes the package when the service is destroyed"),
});

export type NodeExporterConfig = z.output<typeof nodeExporter>;
