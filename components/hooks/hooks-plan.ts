import { sorted } from "../records.ts";

/** A hook of a point, and the ones that it waits for. */
export interface PlannedHook {
  readonly name: string;
  readonly after: readonly string[];
}

const defaultPriority = 50;

/** The hooks of a point in their order: each waits for all of the next lower priority. The same however they were written. */
export function planHooks(
  hooks: Readonly<Record<string, { readonly priority?: number | undefined }>>,
): PlannedHook[] | { readonly mistake: string } {
  const turns = new Map<number, string[]>();
  for (const [name, { priority = defaultPriority }] of sorted(hooks)) {
    if (!Number.isInteger(priority) || Math.abs(priority) > 1000) {
      return {
        mistake: `hooks.${name}.priority: ${priority} is not a whole number from -1000 to 1000`,
      };
    }
    turns.set(priority, [...(turns.get(priority) ?? []), name]);
  }
  const inOrder = [...turns]
    .sort(([a], [b]) => a - b)
    .map(([, names]) => names);
  return inOrder.flatMap((names, index) =>
    names.map((name) => ({ name, after: inOrder[index - 1] ?? [] })),
  );
}
