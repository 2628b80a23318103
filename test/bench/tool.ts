import type { BenchHosts } from "./hosts.ts";
import type { Cost } from "./cost.ts";

/** The jobs that are measured. */
export const jobs = {
  provision:
    "first provision: nginx, redis, postgresql, node exporter, firewall",
  nothing: "nothing to change",
  look: "nothing to change, every host read",
  page: "one line of one page changed, on one host",
} as const;

export type Job = keyof typeof jobs;

/** Something that brings hosts to the same state in its own way. */
export interface Tool {
  readonly name: string;
  /** Takes fresh hosts, and a folder of its own; `pages` has one folder per host. */
  prepare(hosts: BenchHosts, folder: string, pages: string): Promise<void>;
  /** Does one job; `undefined` where the tool has no such thing. */
  run(job: Job): Promise<Cost | undefined>;
}
