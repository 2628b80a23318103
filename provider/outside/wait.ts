import { setTimeout as delay } from "node:timers/promises";
import type { OutsideGate } from "../../manifest/gates.ts";
import { look, type Sight } from "./look.ts";

/** Milliseconds to the second try; each pause after that is twice as long, up to the gate's interval. */
const FIRST_PAUSE = 50;

/** Looks at once, then soon, then every interval, until the gate holds as often in a row as it must, or its deadline is over. */
export async function waitFor(
  gate: OutsideGate,
  signal: AbortSignal,
  onWaiting: (detail: string) => void,
): Promise<Sight> {
  const interval = gate.intervalSeconds * 1000;
  const end = Date.now() + gate.deadlineSeconds * 1000;
  let inARow = 0;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, interval)) {
    const sight = await look(gate);
    inARow = sight.holds ? inARow + 1 : 0;
    if (inARow >= gate.successes) return sight;
    if (!sight.holds) onWaiting(sight.detail);
    const left = end - Date.now();
    if (left <= 0 || signal.aborted) return { ...sight, holds: false };
    await delay(Math.min(sight.holds ? interval : pause, left));
  }
}

/** Whether the gate holds at this moment: what fails is tried three times, a second in all. */
export async function lookAgain(gate: OutsideGate): Promise<Sight> {
  for (let tries = 1; ; tries += 1) {
    const sight = await look(gate);
    if (sight.holds || tries === 3) return sight;
    await delay(500);
  }
}
