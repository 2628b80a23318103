/** A point of the job of one manifest: behind a line of its journal, or behind a write of its commit. */
export interface Moment {
  readonly host: string;
  readonly manifest: string;
  /** `begin of 01`, `end of gate:redis-unit`, `snapshot`, `write of ledger` … */
  readonly point: string;
}

/** How a report names it. */
export function nameOf({ host, manifest, point }: Moment): string {
  return `${host}, ${manifest.split("/").at(-1) ?? manifest}, ${point}`;
}

/** Whether the job has its outcome by then: nothing takes it back any more. */
export function isCommitted({ point }: Moment): boolean {
  return /^(write of (outcome|for)|lock let go)/.test(point);
}

/** In an order in which any number of the first ones are spread over all. */
export function spread<T>(all: readonly T[]): T[] {
  const count = all.length;
  let stride = Math.max(1, Math.round(count * 0.618));
  while (commonDivisor(stride, count) > 1) stride += 1;
  return all.flatMap((_, index) => {
    const at = (index * stride) % count;
    return all.slice(at, at + 1);
  });
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
