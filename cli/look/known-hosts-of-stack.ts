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

/** Why a host is not looked at. */
export interface LeftOut {
  /** `notMade`: an update makes its machine. `outputsUnreadable`: only the stack's outputs tell where it is, or how it is recognised. */
  readonly reason: "notMade" | "outputsUnreadable";
  /** The same in words, with what to do. */
  readonly text: string;
}

/** A fleet whose hosts all have an address and a key; and the others. */
export interface ReachableFleet {
  readonly fleet: FleetConfig;
  /** Hosts whose first key is accepted, and that no update has met yet. */
  readonly unmet: Readonly<Record<string, ExistingHostConfig>>;
  readonly leftOut: Readonly<Record<string, LeftOut>>;
}

/** Whether a host is reached by what the configuration says alone. */
export function isKnownBeforehand(host: HostConfig): boolean {
  return !host.cloud && host.hostKeys.length > 0;
}

/** Gives hosts that were made, or whose key was accepted, what the last update got to know of them. */
export function reachable(
  fleet: FleetConfig,
  known: StackOutputs | { readonly fault: string },
): ReachableFleet {
  const hosts: Record<string, HostConfig> = {};
  const unmet: Record<string, ExistingHostConfig> = {};
  const leftOut: Record<string, LeftOut> = {};
  for (const [name, host] of Object.entries(fleet.hosts)) {
    const found = "fault" in known ? undefined : known.hosts[name];
    if (isKnownBeforehand(host)) hosts[name] = host;
    else if (found) hosts[name] = placed(host, found);
    else if ("fault" in known) leftOut[name] = unreadable(known.fault);
    else if (host.cloud) leftOut[name] = notMade;
    else unmet[name] = host;
  }
  return { fleet: { ...fleet, hosts }, unmet, leftOut };
}

/** As a host that exists, where the last update found it. */
function placed(
  { packages, hardening, ...host }: HostConfig,
  found: StackOutputs["hosts"][string],
): ExistingHostConfig {
  const declared = host.cloud ? {} : { declared: host.declared ?? {} };
  return { ...found, ...declared, packages: packages ?? [], hardening };
}

const notMade: LeftOut = {
  reason: "notMade",
  text: "its machine is not made yet: 'pulumi up' makes it, 'flotilla doctor' looks whether it can",
};

function unreadable(fault: string): LeftOut {
  return {
    reason: "outputsUnreadable",
    text: `only the stack's outputs tell its address and key, and they cannot be read: ${fault}`,
  };
}
