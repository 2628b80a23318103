import { InitFailed } from "./failure.ts";
import type { PropertyMap } from "./property.ts";
import { stateProperties } from "./state.ts";
import { JobFailed, type Task } from "./task.ts";
import type { OtherWays } from "./ways.ts";

/** The error of a job, with what was really seen where the host may be between two states; any other error as it is. */
export function withState(
  error: unknown,
  task: Task,
  inputs: PropertyMap,
): unknown {
  if (!(error instanceof JobFailed) || !error.after) return error;
  const state = {
    id: task.manifestId,
    inputs,
    properties: {
      ...stateProperties(task.inputs, error.after, task.digestKey),
      ...(task.otherWays?.isTransition && { __ways: waysOf(task.otherWays) }),
    },
  };
  return new InitFailed(error.message, state, { cause: error });
}

function waysOf({ ways }: OtherWays): PropertyMap[] {
  return ways.map((way) => ({ ...way, hostKeys: [...way.hostKeys] }));
}
