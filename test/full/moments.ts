import type { TestFleet } from "../e2e/test-fleet.ts";

/** A line of the journal of one manifest's job. */
export interface Moment {
  readonly host: string;
  readonly manifest: string;
  /** The step's id, or `gate:<name>`. */
  readonly step: string;
  readonly event: "begin" | "end";
}

/** Every moment of the update that was run last, from the journals of its jobs: those that were not there before. */
export async function momentsOf(
  fleet: TestFleet,
  host: string,
  before: readonly string[] = [],
): Promise<Moment[]> {
  const text = await fleet.on(
    host,
    `cd /var/lib/flotilla/jobs && for job in $(ls -tr); do
       [[ ' ${before.join(" ")} ' != *" $job "* ]] || continue
       manifest=$(grep -P '^meta\\tmanifest\\t' "$job/plan" | cut -f3)
       [[ -e $job/journal ]] && sed "s|^|$manifest\\t|" "$job/journal"
     done; true`,
  );
  return text.split("\n").map((line) => {
    const [manifest = "", , step = "", event = ""] = line.split("\t");
    return { host, manifest, step, event: event === "begin" ? "begin" : "end" };
  });
}

/** The jobs that a host remembers. */
export async function jobsOn(
  fleet: TestFleet,
  host: string,
): Promise<string[]> {
  return (await fleet.on(host, "ls /var/lib/flotilla/jobs")).split("\n");
}

/** Whether packages are installed at that moment: there is nothing before it that could be kept for the next try. */
export function isOfPackages({ manifest }: Moment): boolean {
  return manifest.endsWith("-packages");
}

/** How a report names it. */
export function nameOf({ host, manifest, step, event }: Moment): string {
  return `${host}, ${manifest.split("/").at(-1) ?? manifest}, ${event} of ${step}`;
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
