import type { TestFleet } from "../e2e/test-fleet.ts";

/** A line of the journal of one manifest's job. */
export interface Moment {
  readonly host: string;
  readonly manifest: string;
  /** The step's id, or `gate:<name>`. */
  readonly step: string;
  readonly event: "begin" | "end";
}

/** Every moment of the update that was run last, from the journals of its jobs; host by host. */
export async function momentsOf(
  fleet: TestFleet,
  host: string,
): Promise<Moment[]> {
  const text = await fleet.on(
    host,
    `cd /var/lib/flotilla/jobs && for job in $(ls -tr); do
       manifest=$(grep -P '^meta\\tmanifest\\t' "$job/plan" | cut -f3)
       [[ -e $job/journal ]] && sed "s|^|$manifest\\t|" "$job/journal"
     done; true`,
  );
  return text.split("\n").map((line) => {
    const [manifest = "", , step = "", event = ""] = line.split("\t");
    return { host, manifest, step, event: event === "begin" ? "begin" : "end" };
  });
}

/** How a report names it. */
export function nameOf({ host, manifest, step, event }: Moment): string {
  return `${host}, ${manifest.split("/").at(-1) ?? manifest}, ${event} of ${step}`;
}
