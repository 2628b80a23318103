import { z } from "zod";
import { checkNames } from "../../manifest/preflight.ts";
import { integer } from "./text.ts";

/** What new and changed hosts must be like before anything is changed on any host. */
export const preflight = z.strictObject({
  /** Looks at new and changed hosts first; nothing is dialled for the others. @default true */
  enabled: z
    .boolean()
    .default(true)
    .describe("Looks at new and changed hosts first"),
  /** Size of a host's root file system in GB (0–100000); a tenth less is accepted. @default 20 */
  minDiskGb: integer(0, 100_000)
    .default(20)
    .describe("Least size of a host's root file system in GB"),
  /** Memory of a host in MB (0–100000000); a tenth less is accepted. @default 1000 */
  minMemoryMb: integer(0, 100_000_000)
    .default(1000)
    .describe("Least memory of a host in MB"),
  /** Processors of a host (1–4096). @default 1 */
  minCpus: integer(1, 4096).default(1).describe("Least processors of a host"),
  /** Checks whose problems are warnings, and stop nothing. @default [] */
  ignore: z
    .array(z.enum(checkNames))
    .default([])
    .describe("Checks whose problems are warnings"),
});

export type PreflightConfig = z.output<typeof preflight>;
