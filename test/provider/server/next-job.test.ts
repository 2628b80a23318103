import { describe, expect, it } from "vitest";
import type { JobFact } from "../../../provider/facts/observation.ts";
import type { JobPlan } from "../../../provider/operations/index.ts";
import {
  decideNext,
  isNeeded,
  nextAttempt,
  openJob,
} from "../../../provider/server/next-job.ts";

const plan = {
  desiredHash: "wanted",
  operations: [],
  refused: [],
  records: [],
  hasGates: false,
} as unknown as JobPlan;

function job(change: Partial<JobFact> = {}): JobFact {
  return {
    id: "one",
    desiredHash: "wanted",
    attempt: 1,
    state: "finished",
    outcome: "committed",
    acknowledged: false,
    ...change,
  };
}

const seen = (...jobs: JobFact[]) => ({ jobs, owners: new Map() });

describe("a job that is there already", () => {
  it("is followed when it runs, or when nobody heard that it committed", () => {
    expect(openJob(seen(job()), plan)).toBe("one");
    expect(openJob(seen(job({ state: "running" })), plan)).toBe("one");
  });

  it.each<Partial<JobFact>>([
    { acknowledged: true },
    { outcome: "restored" },
    { state: "interrupted", outcome: undefined },
    { desiredHash: "other", state: "running" },
  ])("is not followed when it is %o", (change) => {
    expect(openJob(seen(job(change)), plan)).toBeUndefined();
  });

  it("gives the next one its number", () => {
    expect(nextAttempt(seen(), plan)).toBe(1);
    expect(nextAttempt(seen(job(), job({ attempt: 4 })), plan)).toBe(5);
    expect(nextAttempt(seen(job({ desiredHash: "other" })), plan)).toBe(1);
  });
});

describe("what is refused", () => {
  const refused = [{ key: "nftables:flotilla", reason: "exists" }];
  const refusing = { ...plan, refused } as unknown as JobPlan;
  const next = (...jobs: JobFact[]) =>
    decideNext(seen(...jobs), refusing, false);

  it("stays refused where nobody is at work", () => {
    expect(next()).toEqual({ kind: "refuse" });
    expect(next(job({ acknowledged: true }))).toEqual({ kind: "refuse" });
  });

  it("may have been made by a job for this state, which is followed first", () => {
    const running = job({ state: "running" });
    expect(next(running)).toEqual({ kind: "follow", job: "one" });
  });

  it.each<Partial<JobFact>>([
    { state: "interrupted", outcome: undefined },
    { state: "running", desiredHash: "other" },
  ])("may have been made by a job that is decided first: %o", (change) => {
    expect(next(job(change))).toEqual({ kind: "settle" });
  });
});

describe("a job that changes nothing", () => {
  it("is not needed where all is as wanted", () => {
    expect(isNeeded(plan, seen(job({ acknowledged: true })), false)).toBe(
      false,
    );
  });

  it("is needed where an earlier one was interrupted, whatever that one wanted: its snapshot must not wait for a later job", () => {
    const interrupted = { state: "interrupted", outcome: undefined } as const;
    for (const desiredHash of ["wanted", "other"])
      expect(
        isNeeded(plan, seen(job({ ...interrupted, desiredHash })), true),
      ).toBe(true);
  });

  it("is needed for gates, until they held", () => {
    const gated = { ...plan, hasGates: true };
    expect(isNeeded(gated, seen(), false)).toBe(true);
    expect(isNeeded(gated, seen(), true)).toBe(false);
  });

  it.each([
    ["own", new Map(), true],
    ["own", new Map([["file:/a", "me"]]), false],
    ["disown", new Map(), false],
    ["disown", new Map([["file:/a", "me"]]), true],
  ])(
    "is needed where the ledger does not say yet what '%s' does",
    (word, owners, expected) => {
      const owning = { ...plan, records: [[word, "file:/a"]] };
      expect(
        isNeeded(owning as unknown as JobPlan, { jobs: [], owners }, false),
      ).toBe(expected);
    },
  );
});
