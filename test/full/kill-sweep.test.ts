import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../e2e/engine.ts";
import { recoverAndProve } from "../e2e/invariants.ts";
import { TestFleet, type FleetDocument } from "../e2e/test-fleet.ts";
import { Beginnings } from "./beginnings.ts";
import {
  isOfPackages,
  momentsOf,
  nameOf,
  spread,
  type Moment,
} from "./moments.ts";
import { SweepRecord } from "./record.ts";
import {
  outlivedByJobs,
  strike,
  strikeFrozen,
  victims,
  type Victim,
} from "./victims.ts";

/**
 * An update is interrupted at every moment of its journals, in four ways, and at random ones; then the same must hold
 * as ever. All of it takes many hours, so it can be taken in parts; each part is spread over the whole:
 *
 * - `FLOTILLA_SWEEP_TRIES=40`: how many moments are tried. Default: all.
 * - `FLOTILLA_SWEEP_RANDOM=20`: how many random ones. Default: 200.
 * - `FLOTILLA_SWEEP_RECORD=<file>`: remembers what held; the next run with it goes on with the rest.
 * - `FLOTILLA_SWEEP_SHARE=1/2`: takes every second one, for runs side by side in labs of their own
 *   (`FLOTILLA_TEST_LAB`), with one record.
 *
 * An interruption while packages are installed begins with fresh hosts, one behind it with hosts whose packages an
 * update before it has installed; random ones begin with either. Disks lie in memory: what is not synced
 * survives a cut of the power here in any case.
 */
const tries = Number(process.env["FLOTILLA_SWEEP_TRIES"] ?? Infinity);
const randomTries = Number(process.env["FLOTILLA_SWEEP_RANDOM"] ?? 200);
const [share = 1, shares = 1] = (process.env["FLOTILLA_SWEEP_SHARE"] ?? "1/1")
  .split("/")
  .map(Number);
const record = new SweepRecord(process.env["FLOTILLA_SWEEP_RECORD"]);
const timeout = 48 * 60 * 60_000;
/** Seconds until a moment must have come. */
const patience = 400;

let fleet: TestFleet;
let beginnings: Beginnings;
let tripwire = "";
/** Of the update that nobody interrupts: its moments, and how long it took. */
let moments: Moment[] = [];
let seconds = 0;

beforeAll(async () => {
  fleet = await TestFleet.open({ disk: "memory" });
  const key = await readFile(`${fleet.lab.keyFile}.pub`, "utf8");
  addEveryKind(fleet.config, key.trim());
  await fleet.configure();
  beginnings = await Beginnings.open(fleet);
  ({ seconds } = await fleet.up());
  moments = [
    ...(await momentsOf(fleet, "web-1")),
    ...(await momentsOf(fleet, "db-1")),
  ];
  await beginnings.prepare();
  tripwire = await readFile(
    path.join(import.meta.dirname, "tripwire.sh"),
    "utf8",
  );
}, timeout);

afterAll(async () => {
  await fleet.close();
});

describe("an update that is interrupted", { timeout }, () => {
  it("at every moment of its journals, by engine, provider, job or power, is finished by the next one", async () => {
    const all = interruptions();
    expect(all.size).toBeGreaterThan(200);
    const failures: string[] = [];
    for (const [name, { moment, victim }] of await chosen(all)) {
      failures.push(
        ...(await attempt(name, async () => {
          await (isOfPackages(moment)
            ? beginnings.nothing()
            : beginnings.packages());
          await interruptAt(moment, victim);
        })),
      );
    }
    await sayWhatIsDone(all);
    expect(failures).toEqual([]);
  });

  it("at random moments is finished by the next one", async () => {
    const failures: string[] = [];
    for (let n = 0; n < randomTries; n += 1) {
      const victim = victims[n % victims.length] ?? "engine";
      const isFresh = n % 8 < 4;
      const after = randomInt(
        300,
        Math.round(seconds * (isFresh ? 1000 : 500)),
      );
      const name = `random: ${victim} after ${after} ms of an update ${isFresh ? "from nothing" : "with packages there"}`;
      failures.push(
        ...(await attempt(name, async () => {
          await (isFresh ? beginnings.nothing() : beginnings.packages());
          await interruptAfter(after, victim);
        })),
      );
    }
    expect(failures).toEqual([]);
  });
});

/** One of everything that a manifest can hold beside what every test fleet has. */
function addEveryKind(config: FleetDocument, key: string): void {
  config.services["shop"] = {
    type: "postgres",
    host: "db-1",
    roles: { shop: {}, reader: {} },
    databases: { shop: { owner: "shop" } },
    grants: {
      "reader-on-shop": {
        database: "shop",
        role: "reader",
        schemas: { public: { schema: ["USAGE"], tables: ["SELECT"] } },
      },
    },
  };
  config.services["node"] = { type: "node-exporter", host: "web-1" };
  config.users["deploy"] = { sshKeys: [key], sudo: "webops" };
  config.hardening = { sshd: { confirmSeconds: 15 } };
}

interface Interruption {
  readonly moment: Moment;
  readonly victim: Victim;
}

/** By name: every moment with every victim. */
function interruptions(): Map<string, Interruption> {
  return new Map(
    moments.flatMap((moment) =>
      victims.map((victim) => [
        `${victim} at ${nameOf(moment)}`,
        { moment, victim },
      ]),
    ),
  );
}

async function chosen(
  all: ReadonlyMap<string, Interruption>,
): Promise<(readonly [string, Interruption])[]> {
  const done = await record.done();
  const mine = spread([...all]).filter(
    ([name], index) => index % shares === share - 1 && !done.has(name),
  );
  const now = mine.slice(0, tries);
  say(`${now.length} of ${all.size} interruptions are tried now`);
  return now;
}

async function sayWhatIsDone(
  all: ReadonlyMap<string, Interruption>,
): Promise<void> {
  const done = await record.done();
  for (const victim of victims) {
    const names = [...all]
      .filter(([, interruption]) => interruption.victim === victim)
      .map(([name]) => name);
    const held = names.filter((name) => done.has(name)).length;
    say(`${victim}: ${held} of ${names.length} are on record`);
  }
}

async function attempt(
  name: string,
  work: () => Promise<void>,
): Promise<string[]> {
  const begin = performance.now();
  const took = (): number => (performance.now() - begin) / 1000;
  try {
    await work();
    record.add(name, true, took());
    say(`${name}: ok, ${took().toFixed(0)} s`);
    return [];
  } catch (error) {
    const failure = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    record.add(name, false, took());
    say(failure);
    return [failure];
  }
}

async function interruptAt(
  { host, manifest, step, event }: Moment,
  victim: Victim,
): Promise<void> {
  const words = [manifest, step, event, String(patience)];
  const wire = fleet.lab.exec(host, ["bash", "-s", "--", ...words], {
    input: tripwire,
    timeoutSeconds: patience + 10,
  });
  const update = fleet.start("up", "--yes", "--skip-preview");
  const first = await Promise.race([wire, update]);
  const unit = /^frozen (\S+)$/m.exec(first.stdout)?.[1];
  if (unit === undefined)
    throw new Error(`the moment did not come:\n${(await update).all}`);
  const scene = { fleet, host, engine: update.pid ?? 0 };
  await strikeFrozen(victim, scene, unit);
  await update;
  await recoverAndProve(fleet, { jobSurvived: outlivedByJobs(victim) });
}

/** An update that was quicker is none that was interrupted; what must hold holds all the same. */
async function interruptAfter(
  milliseconds: number,
  victim: Victim,
): Promise<void> {
  const begin = performance.now();
  const update = fleet.start("up", "--yes", "--skip-preview");
  const host = randomInt(2) === 0 ? "web-1" : "db-1";
  const scene = { fleet, host, engine: update.pid ?? 0 };
  let isOver = false;
  void update.then(() => (isOver = true));
  await until(
    `${victim} is struck`,
    async () =>
      isOver ||
      (performance.now() - begin > milliseconds &&
        (await strike(victim, scene))),
    patience,
  );
  await update;
  await recoverAndProve(fleet, { jobSurvived: outlivedByJobs(victim) });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
