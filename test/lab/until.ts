import { setTimeout as delay } from "node:timers/promises";

/** Waits until something holds; fails with its name after a minute. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not after a minute: ${what}`);
    await delay(50);
  }
}
