import { describeChange } from "../operations/index.ts";
import type { ResourceLog } from "./engine.ts";
import type { ParsedInputs } from "./inputs.ts";
import { desiredOf, itemsWithSecrets, type State } from "./state.ts";

/** Says in one line what a change will do on the host, such as "will be replaced, then nginx reloaded". */
export function sayWhatWillHappen(
  log: ResourceLog,
  before: { inputs: ParsedInputs; state: State } | undefined,
  after: ParsedInputs,
): void {
  const newItems = itemsWithSecrets(after);
  const digestKey = before?.state.digestKey ?? "";
  const desired: Record<string, string | undefined> = desiredOf(
    newItems,
    digestKey,
  );
  for (const key of after.unknownItems) desired[key] = undefined;
  const phrases = describeChange({
    oldItems: before ? itemsWithSecrets(before.inputs) : new Map(),
    newItems,
    observed: before?.state.observed ?? {},
    desired,
  });
  if (phrases.length > 0)
    log.say("info", `${after.host.name}: ${phrases.join(", ")}`);
}
