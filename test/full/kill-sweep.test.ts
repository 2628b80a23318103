import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killDuringUp, processesOf, until } from "../e2e/engine.ts";
import { recoverAndProve } from "../e2e/invariants.ts";
import { TestFleet, type FleetDocument } from "../e2e/test-fleet.ts";
import { momentsOf, nameOf, type Moment } from "./moments.ts";

/**
 * An update is interrupted at every moment of its journals, in four ways, and at random ones; then the same must hold
 * as ever. It takes hours: `FLOTILLA_SWEEP_EVERY=23` tries every 23rd of them, `FLOTILLA_SWEEP_RANDOM=5` five
 * random ones; what was left out is printed.
 */
const every = Number(process.env["FLOTILLA_SWEEP_EVERY"] ?? 1);
const randomTries = Number(process.env["FLOTILLA_SWEEP_RANDOM"] ?? 200);

const victims = {
  engine: { jobSurvives: true, strike: killEngine },
  provider: { jobSurvives: true, strike: killProvider },
  job: { jobSurvives: false, strike: killJob },
  power: { jobSurvives: false, strike: cutPower },
} as const;
type Victim = keyof typeof victims;

let fleet: TestFleet;
let tripwire = "";

beforeAll(async () => {
  fleet = await TestFleet.open();
  const key = await readFile(`${fleet.lab.keyFile}.pub`, "utf8");
  addEveryKind(fleet.config, key.trim());
  await fleet.configure();
  tripwire = await readFile(
    path.join(import.meta.dirname, "tripwire.sh"),
    "utf8",
  );
});

afterAll(async () => {
  await fleet.close();
});

describe("an update that is interrupted", () => {
  it("at every moment of its journals, by engine, provider, job or power, is finished by the next one", async () => {
    await startFromNothing();
    await fleet.up();
    const moments = [
      ...(await momentsOf(fleet, "web-1")),
      ...(await momentsOf(fleet, "db-1")),
    ];
    expect(moments.length).toBeGreaterThan(40);
    const all = moments.flatMap((moment) =>
      (Object.keys(victims) as Victim[]).map((victim) => ({ moment, victim })),
    );
    const chosen = all.filter((_, index) => index % every === 0);
    say(`${chosen.length} of ${all.length} interruptions are tried`);
    const failures: string[] = [];
    for (const [index, { moment, victim }] of chosen.entries()) {
      const name = `${index + 1}/${chosen.length} ${victim} at ${nameOf(moment)}`;
      failures.push(
        ...(await attempt(name, () => interruptAt(moment, victim))),
      );
    }
    expect(failures).toEqual([]);
  });

  it("at random moments is finished by the next one", async () => {
    const failures: string[] = [];
    for (let tries = 1; tries <= randomTries; tries += 1) {
      const milliseconds = randomInt(300, 20_000);
      const name = `random ${tries}/${randomTries}: engine after ${milliseconds} ms`;
      failures.push(
        ...(await attempt(name, () => interruptAfter(milliseconds))),
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

async function attempt(
  name: string,
  work: () => Promise<void>,
): Promise<string[]> {
  const begin = performance.now();
  try {
    await startFromNothing();
    await work();
    say(`${name}: ok, ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    return [];
  } catch (error) {
    const failure = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    say(failure);
    return [failure];
  }
}

/** Fresh hosts, and a state that knows nothing of them. */
async function startFromNothing(): Promise<void> {
  await fleet.lab.reset(["web-1", "db-1"]);
  await fleet.forget();
}

async function interruptAt(moment: Moment, victim: Victim): Promise<void> {
  const { jobSurvives, strike } = victims[victim];
  const words = [moment.manifest, moment.step, moment.event, "120"];
  const wire = fleet.lab.exec(moment.host, ["bash", "-s", "--", ...words], {
    input: tripwire,
    timeoutSeconds: 130,
  });
  const update = fleet.start("up", "--yes", "--skip-preview");
  const { exitCode, stdout } = await wire;
  const unit = /^frozen (\S+)$/m.exec(stdout)?.[1];
  if (exitCode !== 0 || unit === undefined) {
    await update;
    throw new Error(`the moment did not come: ${stdout}`);
  }
  await strike(moment.host, unit, update.pid ?? 0);
  await update;
  await recoverAndProve(fleet, { jobSurvived: jobSurvives });
}

async function interruptAfter(milliseconds: number): Promise<void> {
  const begin = performance.now();
  await killDuringUp(fleet, {
    name: `${milliseconds} ms are over`,
    isNow: async () => performance.now() - begin > milliseconds,
  }).catch((error: unknown) => {
    // An update that was quicker is none that was interrupted; what must hold holds all the same.
    if (!String(error).includes("ended before")) throw error;
  });
  await recoverAndProve(fleet);
}

async function killEngine(
  host: string,
  unit: string,
  pid: number,
): Promise<void> {
  process.kill(-pid, "SIGKILL");
  await goOn(host, unit);
}

async function killProvider(host: string, unit: string): Promise<void> {
  const provider = (await processesOf(fleet)).find(({ command }) =>
    command.includes("provider.mjs"),
  );
  if (!provider) throw new Error("no provider runs");
  process.kill(provider.pid, "SIGKILL");
  await goOn(host, unit);
}

async function killJob(host: string, unit: string): Promise<void> {
  await fleet.on(host, `systemctl kill --signal=KILL ${unit}`);
}

async function cutPower(host: string): Promise<void> {
  await fleet.lab.powerOff(host);
  await fleet.lab.powerOn(host);
}

async function goOn(host: string, unit: string): Promise<void> {
  await fleet.on(host, `systemctl kill --signal=CONT ${unit}`);
  await until(
    `${unit} has ended`,
    async () =>
      (await fleet.on(host, `systemctl is-active ${unit} || true`)) !==
      "active",
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
