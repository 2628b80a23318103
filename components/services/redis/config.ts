import { z } from "zod";
import { name } from "../../config/name.ts";
import { secretReference } from "../../config/secret.ts";
import { integer, port, type Fault } from "../../config/text.ts";

/** It stands in quotes in a line of Redis' configuration, and whoever reaches the port may guess at the speed of Redis. */
function passwordFault(password: string): Fault | undefined {
  if (/^[!#-[\]-~]{16,128}$/.test(password)) return undefined;
  return {
    rule: "must have 16 to 128 visible ASCII characters, without space, quote and backslash",
    hint: "make one with `openssl rand -hex 24`",
  };
}

/** A Redis server under a generated password. */
export const redis = z.strictObject({
  type: z.literal("redis").describe("The kind of service"),
  /** Name of the host. Replaces the service; its data stay on the old host. */
  host: name.describe("Name of the host"),
  /** Port that it listens on, at loopback, and at the host's address when a flow leads to it. Restarts Redis. @default 6379 */
  port: port.default(6379).describe("Port that Redis listens on"),
  /** Memory for data, in MiB (1–1048576); a write beyond it is refused. Restarts Redis. @default - no limit */
  maxMemoryMib: integer(1, 1048576)
    .optional()
    .describe("Memory for data, in MiB"),
  /** A password of your own, as a secret of the stack. A change restarts Redis. @default - a generated one */
  password: secretReference(passwordFault)
    .optional()
    .describe("A password of your own, as a secret of the stack"),
  /** Removes package and data when the service is destroyed. @default false */
  purge: z
    .boolean()
    .default(false)
    .describe("Removes package and data when the service is destroyed"),
});

export type RedisConfig = z.output<typeof redis>;
