import { expect } from "vitest";
import { recover, until } from "./engine.ts";
import { leftovers } from "./probe.ts";
import type { TestFleet } from "./test-fleet.ts";

/** Whether packages may have been unpacked twice: only when a host or its job died in the middle of it. */
export interface Survival {
  readonly jobSurvived: boolean;
}

/** What must hold after any interruption: one plain `up` converges, and then what `prove` looks at. */
export async function recoverAndProve(
  fleet: TestFleet,
  survival: Survival = { jobSurvived: true },
): Promise<void> {
  await recover(fleet);
  await prove(fleet, survival);
}

/** Another `up` finds nothing to do, and nothing of an interrupted update is left or was done twice. */
export async function prove(
  fleet: TestFleet,
  { jobSurvived }: Survival,
): Promise<void> {
  const { output } = await fleet.up();
  expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
  for (const host of ["web-1", "db-1"]) {
    let left = "";
    await until(
      () => `${host} is tidy:\n${left}`,
      async () => (left = await leftovers(fleet, host)) === "",
      30,
    );
    expect(await undecidedJobs(fleet, host)).toBe("");
    expect(await repeatedSteps(fleet, host)).toBe("");
    if (jobSurvived) expect(await repeatedInstalls(fleet, host)).toBe("");
    expect(await fleet.on(host, "dpkg --audit")).toBe("");
  }
}

/** Jobs without an outcome: the next job on the host would put their snapshots back. */
async function undecidedJobs(fleet: TestFleet, host: string): Promise<string> {
  return fleet.on(
    host,
    "cd /var/lib/flotilla/jobs && for job in *; do [[ -e $job/outcome ]] || echo $job; done",
  );
}

/** Steps that began more than once under one job id. */
async function repeatedSteps(fleet: TestFleet, host: string): Promise<string> {
  return fleet.on(
    host,
    'cd /var/lib/flotilla/jobs && for job in *; do [[ -e $job/journal ]] || continue; cut -f2,3 $job/journal | grep -w begin | sort | uniq -d | sed "s/^/$job /"; done',
  );
}

/** Packages that dpkg installed more than once without a removal. */
async function repeatedInstalls(
  fleet: TestFleet,
  host: string,
): Promise<string> {
  return fleet.on(
    host,
    "awk '$3 == \"install\" {print $4}' /var/log/dpkg.log | sort | uniq -d",
  );
}
