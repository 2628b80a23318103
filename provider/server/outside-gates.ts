import {
  type Gate,
  isOutside,
  type OutsideGate,
} from "../../manifest/gates.ts";
import { lookAgain, waitFor } from "../outside/wait.ts";
import type { Sight } from "../outside/look.ts";
import { gateKey, HOLDS } from "./gate-state.ts";
import { JobFailed, type Task } from "./task.ts";

type Gates = Readonly<Record<string, Gate>>;

/** The gates that the host itself looks through. */
export function gatesOnHost(gates: Gates): Gates {
  const entries = Object.entries(gates).filter(([, gate]) => !isOutside(gate));
  return Object.fromEntries(entries);
}

/** Waits for every gate that is looked through from here; throws for the first that does not hold. */
export async function passOutside(
  task: Task,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, gate] of outsideGates(task.inputs.gates)) {
    const sight = await waitFor(gate, signal, (detail) => {
      task.log.status(`gate ${name}: waiting (${detail})`);
    });
    if (!sight.holds) throw new JobFailed(failure(task, name, gate, sight));
  }
}

/** What `observed` says of the gates that are looked through from here. */
export async function seeOutside(
  gates: Gates,
): Promise<Record<string, string>> {
  const seen = outsideGates(gates).map(async ([name, gate]) => {
    const { holds, detail } = await lookAgain(gate);
    return [gateKey(name), holds ? HOLDS : `fails: ${detail}`] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}

function outsideGates(gates: Gates): [string, OutsideGate][] {
  return Object.entries(gates)
    .filter((entry): entry is [string, OutsideGate] => isOutside(entry[1]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function failure(
  { inputs }: Task,
  name: string,
  gate: OutsideGate,
  { layer, detail }: Sight,
): string {
  return [
    `${inputs.host.name}: ${layer} (${name}): ${detail} (seen from this machine, tried for at most ${gate.deadlineSeconds} s)`,
    "  a check from outside restores nothing: what it looks at stays as it is. Correct the cause and run 'pulumi up' again; where this machine cannot reach the port by intention, set 'verify: false' on the flow",
  ].join("\n");
}
