import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killDuringUp, recover, until } from "./engine.ts";
import { block, laterSshConnections, unblock } from "./fault.ts";
import { TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.up();
});

afterAll(async () => {
  await fleet.close();
});

describe("a firewall", () => {
  it("that would lock its program out is refused before anything is changed", async () => {
    const before = await rules("web-1");
    await firewall({ sshFrom: fleet.address("db-1") });
    const { output } = await fleet.upFails();
    expect(output).toMatch(/lock/i);
    expect(output).toContain("allowLockout");
    expect(output).not.toMatch(/^\s+at .*\.[jt]s:/m);
    expect(await rules("web-1")).toBe(before);
  });

  it("that locks its program out is taken back by the host, and the next good one is loaded", async () => {
    const before = await rules("web-1");
    await firewall({ sshFrom: fleet.address("db-1"), allowLockout: true });
    const begin = performance.now();
    const update = fleet.upFails();
    await until(
      "the bad rules are loaded on web-1",
      async () => (await rules("web-1")) !== before,
    );
    expect(await canLogIn("web-1")).toBe(false);
    await until(
      "SSH is back on web-1",
      () => canLogIn("web-1"),
      windowSeconds + 10,
    );
    const { output } = await update;
    expect(performance.now() - begin).toBeLessThan(90_000);
    expect(output).toContain("rolled back");
    expect(await rules("web-1")).toBe(before);
    await firewall({});
    await fleet.up();
    expect(await canLogIn("web-1")).toBe(true);
  });

  it("that is good is never taken back, twenty times in a row", async () => {
    for (let change = 1; change <= 20; change += 1) {
      fleet.config.flows["moving"] = {
        from: "anywhere",
        to: "web-1",
        port: 20_000 + change,
      };
      await fleet.configure();
      await fleet.up("--target", "**:web-1-firewall", "--target-dependents");
      expect(await rules("web-1")).toContain(String(20_000 + change));
    }
    await pastTheWindow();
    expect(await rules("web-1")).toContain("20020");
  });

  it("whose window is cut by a power loss comes back with the old rules", async () => {
    const before = await rules("web-1");
    fleet.config.flows["moving"] = {
      from: "anywhere",
      to: "web-1",
      port: 21_000,
    };
    await fleet.configure();
    await block(fleet, "web-1", `${laterSshConnections} drop`);
    await killDuringUp(fleet, {
      name: "the new rules are loaded on web-1",
      isNow: async () => (await rules("web-1")).includes("21000"),
    });
    await fleet.lab.powerOff("web-1");
    await fleet.lab.powerOn("web-1");
    expect(await rules("web-1")).toBe(before);
    await recover(fleet);
    expect(await rules("web-1")).toContain("21000");
  });

  it("lets a new flow through before the gate that needs it, in one update", async () => {
    fleet.config.services["api"] = { type: "nginx", host: "db-1" };
    fleet.config.sites["status"] = {
      host: "db-1",
      directory: fleet.siteFolder,
      port: 8081,
    };
    fleet.config.flows["web-to-status"] = {
      from: "web-1",
      to: "db-1",
      port: 8081,
    };
    await fleet.configure();
    await fleet.up();
    expect(await rules("db-1")).toContain("8081");
    const answer = await fleet.on(
      "web-1",
      `exec 3<>/dev/tcp/${fleet.address("db-1")}/8081; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; head -n1 <&3`,
    );
    expect(answer).toContain("200");
    await expect(
      fetch(`http://${fleet.address("db-1")}:8081/`, {
        signal: AbortSignal.timeout(1500),
      }),
    ).rejects.toThrow();
    expect((await fleet.up()).output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });

  it("whose flow no longer answers is noticed by refresh, fails the next update, and passes once it is mended", async () => {
    await block(fleet, "db-1", "tcp dport 6379 drop");
    const refreshed = await fleet.mustSucceed("refresh", "--yes", "--diff");
    expect(refreshed.output).toMatch(
      /gate:web-to-cache: "holds" => "fails: no answer from/,
    );
    const failed = await fleet.upFails();
    expect(failed.output).toMatch(/web-1: socket \(web-to-cache\): /);
    await unblock(fleet, "db-1");
    await fleet.up();
    const { output } = await fleet.mustSucceed("refresh", "--yes");
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });
});

const windowSeconds = 15;

async function firewall(settings: Record<string, unknown>): Promise<void> {
  fleet.config.firewall = { confirmSeconds: windowSeconds, ...settings };
  await fleet.configure();
}

/** The table as the kernel prints it, without counters. */
async function rules(host: string): Promise<string> {
  return fleet.on(
    host,
    "nft --stateless list table inet flotilla 2>/dev/null || true",
  );
}

/** Whether a new connection to sshd comes through from here. */
async function canLogIn(host: string): Promise<boolean> {
  return fleet.canLogIn(host);
}

/** Waits until the last window is over, by the host's own account: no timer is armed. */
async function pastTheWindow(): Promise<void> {
  await until(
    "no revert timer is armed",
    async () =>
      (await fleet.on(
        "web-1",
        "systemctl list-timers --all --no-legend 'flotilla-revert-*'",
      )) === "",
  );
}
