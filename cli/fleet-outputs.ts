import { execa } from "execa";
import { z } from "zod";
import { pulumiOptions, type StackArgs } from "../toolchain/stack.ts";

const facts = z.looseObject({
  cpus: z.number().optional(),
  memoryMib: z.number().optional(),
  os: z.string().optional(),
});

const fleetOutputs = z.looseObject({
  hosts: z.record(
    z.string(),
    z.looseObject({
      address: z.string(),
      facts: facts.optional(),
      services: z
        .record(
          z.string(),
          z.looseObject({ type: z.string(), port: z.number().optional() }),
        )
        .default({}),
    }),
  ),
  sites: z
    .record(z.string(), z.looseObject({ url: z.string(), host: z.string() }))
    .default({}),
});

/** The outputs of a fleet's stack that say what runs where. */
export type FleetOutputs = z.infer<typeof fleetOutputs>;

/** Reads the outputs of a stack; secret ones stay masked. */
export async function readOutputs(args: StackArgs): Promise<FleetOutputs> {
  const command = [
    "stack",
    "output",
    "--json",
    "--stack",
    args.stack,
    "--non-interactive",
  ];
  const { stdout } = await execa("pulumi", command, pulumiOptions(args));
  return parseOutputs(JSON.parse(stdout));
}

/** Takes what the CLI printed apart. */
export function parseOutputs(value: unknown): FleetOutputs {
  return fleetOutputs.parse(value);
}
