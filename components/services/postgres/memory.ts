/** What decides how much memory PostgreSQL takes. */
export interface MemoryArgs {
  /** Memory that PostgreSQL may count on, in MiB: the host's, or its share of it. */
  readonly memoryMib: number;
  readonly maxConnections: number;
}

/** Settings of memory, in the units of postgresql.conf. */
export interface MemorySettings {
  readonly shared_buffers: string;
  readonly effective_cache_size: string;
  readonly maintenance_work_mem: string;
  readonly work_mem: string;
}

/** A part of memory and its bounds, in MiB. */
function share(mib: number, part: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.floor(mib * part)));
}

/** The arithmetic of docs/postgres.md. Equal for hosts whose memory differs by less than the step of facts, 256 MiB. */
export function memorySettings({
  memoryMib,
  maxConnections,
}: MemoryArgs): MemorySettings {
  const shared = share(memoryMib, 1 / 4, 128, 16384);
  const left = Math.max(0, memoryMib - shared);
  return {
    shared_buffers: `${shared}MB`,
    effective_cache_size: `${share(memoryMib, 3 / 4, 128, 1048576)}MB`,
    maintenance_work_mem: `${share(memoryMib, 1 / 16, 32, 2048)}MB`,
    work_mem: `${share(left, 1 / (3 * maxConnections), 4, 1024)}MB`,
  };
}
