import process from "node:process";

/** Ends with Ctrl+C, so that what is under way can be given up in order. */
export function interrupted(): AbortSignal {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  return stop.signal;
}
