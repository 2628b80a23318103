import { execa } from "execa";
import { pulumiOptions, type StackArgs } from "../toolchain/stack.ts";
import { EventFollower, type Happening } from "./engine-events.ts";

/** What an update came to. */
export interface UpdateResult {
  readonly succeeded: boolean;
  /** Number of resources by what was done to them, as the engine counts. */
  readonly changes: Readonly<Record<string, number>>;
  /** The engine's errors, whole. */
  readonly errors: readonly string[];
}

/**
 * Runs `pulumi up` on a stack, looking at every host first, so that a lab host that was reset
 * meanwhile is brought back too.
 */
export async function updateFleet(
  args: StackArgs,
  onHappening: (happening: Happening) => void,
): Promise<UpdateResult> {
  const errors: string[] = [];
  let changes: Readonly<Record<string, number>> = {};
  const follower = new EventFollower();
  const command = [
    "up",
    "--yes",
    "--skip-preview",
    "--refresh",
    "--json",
    "--stack",
    args.stack,
  ];
  const engine = execa("pulumi", [...command, "--non-interactive"], {
    ...pulumiOptions(args),
    reject: false,
    buffer: { stdout: false },
    cleanup: false,
  });
  const { failed, stderr, shortMessage } = await leavingInterruptsToEngine(
    async () => {
      for await (const line of engine.iterable()) {
        const happening = follower.follow(line);
        if (happening?.kind === "ended") changes = happening.changes;
        if (happening?.kind === "failed") errors.push(happening.text);
        if (happening) onHappening(happening);
      }
      return engine;
    },
  );
  if (failed && errors.length === 0)
    errors.push(stderr.trim() || shortMessage || "pulumi up failed");
  return { succeeded: !failed, changes, errors };
}

/** Ctrl+C reaches the engine by itself, which finishes the running step; we end when it has. */
async function leavingInterruptsToEngine<T>(
  work: () => Promise<T>,
): Promise<T> {
  const leaveIt = () => undefined;
  process.on("SIGINT", leaveIt);
  try {
    return await work();
  } finally {
    process.off("SIGINT", leaveIt);
  }
}

/** How many resources an update touched. */
export function countChanges(
  changes: Readonly<Record<string, number>>,
): number {
  return Object.entries(changes)
    .filter(([operation]) => operation !== "same" && operation !== "refresh")
    .reduce((sum, [, count]) => sum + count, 0);
}
