import { z } from "zod";
import type {
  ExistingHostConfig,
  FleetConfig,
  HostConfig,
} from "../../components/config/fleet.ts";
import { reasonOf, stackNameOf } from "../doctor/stack-values.ts";
import type { StackOptions } from "./arguments.ts";
import { pulumi, type ProjectConfig } from "./project.ts";

const outputs = z.object({
  hosts: z
    .record(
      z.string(),
      z.object({
        address: z.string(),
        port: z.number(),
        user: z.string(),
        hostKeys: z.array(z.string()).min(1),
      }),
    )
    .default({}),
  operatorKey: z.string().optional(),
});

/** What the last update of a stack got to know: where its hosts are, how they are recognised, and the key that it made. */
export type StackOutputs = z.output<typeof outputs>;

/** Reads what only an update gets to know; why not, where it cannot be read. */
export async function readStackOutputs(
  project: ProjectConfig,
  options: StackOptions,
): Promise<StackOutputs | { readonly fault: string }> {
  const { full } = stackNameOf(project, options);
  const words = ["stack", "output", "--json", "--show-secrets"];
  try {
    const text = await pulumi(project.directory, [...words, "--stack", full]);
    return outputs.parse(JSON.parse(text));
  } catch (error) {
    return { fault: reasonOf(error) };
  }
}

/** A fleet whose hosts all have an address and a key, and why the others are left out. */
export interface ReachableFleet {
  readonly fleet: FleetConfig;
  readonly leftOut: Readonly<Record<string, string>>;
}

/** Whether a host is reached by what the configuration says alone. */
export function isKnownBeforehand(
  host: HostConfig,
): host is ExistingHostConfig {
  return !host.cloud && host.hostKeys.length > 0;
}

/** Gives hosts that were made, or whose key was accepted, what the last update got to know of them. */
export function reachable(
  fleet: FleetConfig,
  known: StackOutputs | { readonly fault: string },
): ReachableFleet {
  const hosts: Record<string, HostConfig> = {};
  const leftOut: Record<string, string> = {};
  for (const [name, host] of Object.entries(fleet.hosts)) {
    const found = "fault" in known ? undefined : known.hosts[name];
    if (isKnownBeforehand(host)) hosts[name] = host;
    else if (found) hosts[name] = placed(host, found);
    else leftOut[name] = reasonFor(host, known);
  }
  return { fleet: { ...fleet, hosts }, leftOut };
}

/** As a host that exists, where the last update found it. */
function placed(
  { packages, hardening, ...host }: HostConfig,
  found: StackOutputs["hosts"][string],
): ExistingHostConfig {
  const declared = host.cloud ? {} : { declared: host.declared ?? {} };
  return { ...found, ...declared, packages: packages ?? [], hardening };
}

function reasonFor(
  { cloud }: HostConfig,
  known: StackOutputs | { readonly fault: string },
): string {
  if ("fault" in known)
    return `only the stack's outputs tell its address and key, and they cannot be read: ${known.fault}`;
  return cloud
    ? "its machine is not made yet: 'pulumi up' makes it, 'flotilla doctor' looks whether it can"
    : "its key is not known yet: 'pulumi up' accepts the one that it shows (acceptNewHostKey), or look at it as USER@ADDRESS with --host-key";
}
