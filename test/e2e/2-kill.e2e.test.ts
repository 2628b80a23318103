import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killDuringUp, providersOf, release, until } from "./engine.ts";
import { block, unblock } from "./fault.ts";
import { recoverAndProve } from "./invariants.ts";
import { isInstalling, leftovers } from "./probe.ts";
import { page, TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.open();
});

afterAll(async () => {
  await fleet.close();
});

describe("an engine that is killed", () => {
  it("before the first login leaves the hosts untouched", async () => {
    await killDuringUp(fleet, {
      name: "the state is locked",
      isNow: async () =>
        (await fleet.lockFiles()) > 0 && (await jobsOn("web-1")).length === 0,
    });
    expect(await jobsOn("web-1")).toEqual([]);
    await release(fleet);
  });

  it("in the middle of apt: its job goes on, and nothing is installed twice", async () => {
    await killDuringUp(fleet, {
      name: "dpkg runs on web-1",
      isNow: () => isInstalling(fleet, "web-1"),
    });
    await recoverAndProve(fleet);
  });

  it("when a job is done and its state is not written: the job does not run again", async () => {
    const before = await jobsOn("db-1");
    fleet.config.hosts["db-1"] = {
      ...fleet.config.hosts["db-1"],
      packages: ["tree", "jq"],
    };
    await fleet.configure();
    await killDuringUp(fleet, {
      name: "apt runs on db-1",
      isNow: () => holds("db-1", "pgrep -f '^[a]pt-get .* install '"),
      whileStopped: async () =>
        (await unfinishedOn("db-1")).length === 0 &&
        (await jobsOn("db-1")).length > before.length,
    });
    const done = await jobsOn("db-1");
    await recoverAndProve(fleet);
    expect((await jobsOn("db-1")).filter((job) => done.includes(job))).toEqual(
      done,
    );
    expect(await installs("db-1", "jq")).toBe(1);
  });

  it("inside a gate", async () => {
    await block(fleet, "web-1", "tcp dport 80 drop");
    await fleet.writeSite("index.html", page("gated"));
    await killDuringUp(fleet, {
      name: "a gate waits on web-1",
      isNow: () => isInGate("web-1"),
    });
    await unblock(fleet, "web-1");
    await recoverAndProve(fleet);
  });

  it("inside the firewall's window: the host takes the old rules back by itself", async () => {
    const before = await fleet.on("db-1", "nft list table inet flotilla");
    // The first connection comes through; the one that would confirm does not.
    await block(
      fleet,
      "db-1",
      "tcp dport 22 tcp flags & (syn | ack) == syn limit rate over 1/hour burst 1 packets drop",
    );
    fleet.config.flows["later"] = {
      from: "web-1",
      to: "db-1",
      port: 6380,
      verify: false,
    };
    await fleet.configure();
    await killDuringUp(fleet, {
      name: "new rules are loaded on db-1",
      isNow: () => holds("db-1", "nft list table inet flotilla | grep 6380"),
    });
    await until(
      "db-1 has the old rules again",
      async () =>
        (await fleet.on("db-1", "nft list table inet flotilla")) === before,
      45,
    );
    await unblock(fleet, "db-1");
    await recoverAndProve(fleet);
    expect(await fleet.on("db-1", "nft list table inet flotilla")).toContain(
      "6380",
    );
  });

  it("by Ctrl+C finishes its step, puts everything back, and says so", async () => {
    const before = await fleet.on("web-1", "readlink /srv/www/welcome/current");
    await block(fleet, "web-1", "tcp dport 80 drop");
    await fleet.writeSite("index.html", page("interrupted"));
    const engine = fleet.start("up", "--yes", "--skip-preview");
    await until("a gate waits on web-1", () => isInGate("web-1"));
    engine.kill("SIGINT");
    const { exitCode, all } = await engine;
    await unblock(fleet, "web-1");
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/web-1: gate \(http\): cancelled/);
    expect(all).toContain("put back as before");
    expect(await fleet.on("web-1", "readlink /srv/www/welcome/current")).toBe(
      before,
    );
    expect(await providersOf(fleet)).toEqual([]);
    await fleet.up();
    expect(await leftovers(fleet, "web-1")).toBe("");
  });

  it.each([1, 2])("at a random moment, try %i", async () => {
    await fleet.lab.reset(["web-1"]);
    await fleet.mustSucceed("refresh", "--yes");
    const seed = Number(process.env["FLOTILLA_SEED"] ?? randomInt(500, 5000));
    process.stdout.write(
      `FLOTILLA_SEED=${seed} (milliseconds after the start)\n`,
    );
    const begin = performance.now();
    await killDuringUp(fleet, {
      name: `${seed} ms are over`,
      isNow: async () => performance.now() - begin > seed,
    });
    await recoverAndProve(fleet);
  });
});

describe("a job that dies", () => {
  it("when all is done and only its outcome is not written: the next update decides it, though nothing else is to do", async () => {
    await fleet.up();
    await fleet.on("db-1", dieAsItCommits);
    fleet.config.hosts["db-1"] = {
      ...fleet.config.hosts["db-1"],
      packages: ["tree", "jq", "bc"],
    };
    await fleet.configure();
    const { output } = await fleet.upFails();
    expect(output).toMatch(/db-1: .*the job ended without a result/s);
    expect(await unfinishedOn("db-1")).toHaveLength(1);
    await recoverAndProve(fleet);
  });
});

/** A `sync` that kills the job which is about to write its outcome; once. */
const dieAsItCommits = `cat >/usr/local/sbin/sync <<'EOF'
#!/bin/bash
if [[ $1 == */outcome.new ]]; then rm "$0" && kill -KILL "$PPID"; fi
exec /usr/bin/sync "$@"
EOF
chmod +x /usr/local/sbin/sync`;

async function holds(host: string, script: string): Promise<boolean> {
  const result = await fleet.lab.exec(host, ["bash", "-c", script]);
  return result.exitCode === 0;
}

async function jobsOn(host: string): Promise<string[]> {
  const names = await fleet.on(
    host,
    "ls /var/lib/flotilla/jobs 2>/dev/null || true",
  );
  return names.split("\n").filter(Boolean);
}

async function unfinishedOn(host: string): Promise<string[]> {
  const names = await fleet.on(
    host,
    "cd /var/lib/flotilla/jobs && for job in *; do [[ -e $job/outcome ]] || echo $job; done",
  );
  return names.split("\n").filter(Boolean);
}

async function installs(host: string, name: string): Promise<number> {
  return Number(
    await fleet.on(
      host,
      `grep -c ' install ${name}:' /var/log/dpkg.log || true`,
    ),
  );
}

/** Whether a job runs there whose last step was the beginning of a gate. */
async function isInGate(host: string): Promise<boolean> {
  return holds(
    host,
    `unit=$(systemctl list-units --plain --no-legend 'flotilla-job-*.service' | head -n1 | cut -d' ' -f1)
     [[ $unit ]] || exit 1
     job=\${unit#flotilla-job-}
     grep -qP '^gate\\t\\S+\\tbegin' "/var/lib/flotilla/jobs/\${job%.service}/log"`,
  );
}

/** A fault: rules of nobody's that stand before ours. */
