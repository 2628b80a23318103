/**
 * Calls `onLost` once when the engine is gone: its end of our stdin closed, or we got another parent.
 * A killed engine cannot say goodbye, and a plugin runs in a process group of its own.
 */
export function watchEngine(onLost: () => void): void {
  const parent = process.ppid;
  let lost = false;
  const once = (): void => {
    if (lost) return;
    lost = true;
    onLost();
  };
  const timer = setInterval(() => {
    if (process.ppid !== parent) once();
  }, 250);
  timer.unref();
}
