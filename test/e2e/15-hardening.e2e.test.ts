import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execa } from "execa";
import { until } from "./engine.ts";
import { block, laterSshConnections, unblock } from "./fault.ts";
import { auditHost, lynisPackage, type LynisReport } from "./lynis.ts";
import { auditSsh } from "./ssh-audit.ts";
import { TestFleet } from "./test-fleet.ts";

/** Everything that a hardening changes on a host, as the host itself says it. */
const settings = [
  "sshd -T | grep -E '^(maxauthtries|x11forwarding|allowtcpforwarding) '",
  "cat /proc/sys/net/ipv4/conf/all/log_martians",
  "grep -E '^UMASK' /etc/login.defs",
  "ls /etc/modprobe.d/flotilla.conf /etc/apt/apt.conf.d/52flotilla-unattended-upgrades 2>/dev/null || true",
  "systemctl is-enabled apt-daily-upgrade.timer || true",
].join("\n");

let fleet: TestFleet;
let before = "";
/** Takes a while, and looks only: it runs beside the first tests, none of which changes packages. */
let audit: Promise<LynisReport>;

beforeAll(async () => {
  fleet = await TestFleet.open();
  before = await fleet.on("web-1", settings);
  fleet.config.services["node"] = { type: "node-exporter", host: "web-1" };
  fleet.config.hosts["web-1"]["packages"] = [lynisPackage];
  fleet.config.hosts["db-1"]["hardening"] = { fail2ban: { enabled: false } };
  await harden({});
  await fleet.up();
  audit = auditHost(fleet, "web-1");
  audit.catch(() => undefined); // The test that awaits it says so.
});

afterAll(async () => {
  await fleet.close();
});

describe("a hardened fleet", () => {
  it("is entered by the program as before, and has nothing left to change", async () => {
    expect(await fleet.canLogIn("web-1")).toBe(true);
    const refreshed = await fleet.mustSucceed("refresh", "--yes");
    expect(refreshed.output).toMatch(/Resources:\s+\d+ unchanged\s/);
    const { output } = await fleet.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });

  it("passes ssh-audit's policy for Debian 12", async () => {
    const policy = "Hardened Debian 12 (version 3)";
    const { code, output } = await auditSsh(fleet.address("web-1"), policy);
    expect(output).toContain("Passed");
    expect(code).toBe(0);
  });

  it("exposes its services by 5.0 at most, and what is Flotilla's own by 2.5", async () => {
    const bounds: readonly (readonly [string, string, number])[] = [
      ["web-1", "nginx.service", 50],
      ["web-1", "prometheus-node-exporter.service", 50],
      ["web-1", "fail2ban.service", 50],
      ["db-1", "redis-server.service", 50],
      ["web-1", "flotilla-sshd-keys.service", 25],
      ["web-1", "flotilla-firewall.service", 25],
    ];
    for (const [host, unit, most] of bounds) {
      const score = await fleet.on(
        host,
        `systemd-analyze security --no-pager --threshold=${most} ${unit} >/tmp/exposure && echo fine || tail -n 1 /tmp/exposure`,
      );
      expect(`${unit}: ${score}`).toBe(`${unit}: fine`);
    }
  });

  it("goes on serving in its sandboxes: a page, its reload, metrics, a snapshot on disk", async () => {
    const site = await fetch(`http://${fleet.address("web-1")}/`);
    expect(site.status).toBe(200);
    await fleet.on("web-1", "systemctl reload nginx && nginx -t");
    expect(await fleet.on("web-1", "curl -s localhost:9100/metrics")).toMatch(
      /^node_scrape_collector_success\{collector="cpu"\} 1$/m,
    );
    expect(await collectors(9100)).toBe(await collectorsWithoutSandbox());
    await fleet.on(
      "db-1",
      `password=$(sed -n 's/^requirepass "\\(.*\\)"$/\\1/p' /etc/redis/flotilla-auth.conf)
       REDISCLI_AUTH=$password redis-cli SET kept yes && REDISCLI_AUTH=$password redis-cli SAVE
       grep -qa kept /var/lib/redis/dump.rdb`,
    );
  });

  it("bans who fails to log in, and never who its updates come from", async () => {
    const web = fleet.address("web-1");
    for (let tries = 0; tries < 6; tries += 1) {
      await failToLogIn(web);
      await fleet.on(
        "db-1",
        `timeout 5 ssh ${wrongLogin(web)} true 2>/dev/null || true`,
      );
    }
    await until(
      "db-1 is banned",
      async () => (await banned()).includes(fleet.address("db-1")),
      20,
    );
    expect(await banned()).toBe(fleet.address("db-1"));
    expect(await fleet.canLogIn("web-1")).toBe(true);
    await expect(
      fleet.on("db-1", `timeout 3 bash -c '</dev/tcp/${web}/22'`),
    ).rejects.toThrow();
    await fleet.on("web-1", "fail2ban-client unban --all");
  });
});

// Before the upgrade: apt's lock is then held, and python-apt leaves an empty sources.list, which lynis reads.
describe("lynis, on a host with everything", () => {
  it("has no warnings, and says 75 at least", async () => {
    const { hardeningIndex, warnings } = await audit;
    expect(warnings).toEqual([]);
    expect(hardeningIndex).toBeGreaterThanOrEqual(75);
  });
});

describe("a security update and a job", () => {
  it("wait for one another, whoever is first", async () => {
    await slowUpgrade();
    await fleet.on(
      "web-1",
      "systemctl start --no-block apt-daily-upgrade.service",
    );
    await until("the upgrade runs", async () => (await inUpgrade()) === "yes");
    fleet.config.services["web"] = {
      type: "nginx",
      host: "web-1",
      config: "gzip_comp_level 5;",
    };
    await fleet.configure();
    const update = fleet.start("up", "--yes", "--skip-preview");
    await until("the job waits", async () =>
      (await jobLogs()).includes(
        "held by unattended upgrades (apt-daily-upgrade.service)",
      ),
    );
    await fleet.on("web-1", "touch /run/upgrade-may-end");
    const { exitCode, all } = await update;
    expect(exitCode, all).toBe(0);

    await fleet.on(
      "web-1",
      "rm -f /run/upgrade-may-end /run/upgrade-runs /var/lib/apt/periodic/*",
    );
    await fleet.on(
      "web-1",
      "flock --exclusive /run/flotilla/lock bash -c 'until [[ -e /run/job-may-end ]]; do sleep 0.1; done' >/dev/null 2>&1 & until ! flock -n /run/flotilla/lock true; do sleep 0.05; done",
    );
    await fleet.on(
      "web-1",
      "systemctl start --no-block apt-daily-upgrade.service",
    );
    await until(
      "the upgrade waits",
      async () =>
        (await fleet.on(
          "web-1",
          "pgrep -af '[f]lock /run/flotilla/lock /bin/sh' || true",
        )) !== "",
    );
    expect(await inUpgrade()).toBe("no");
    await fleet.on("web-1", "touch /run/job-may-end /run/upgrade-may-end");
    await until("the upgrade ran", async () => (await inUpgrade()) === "yes");
  });
});

describe("a part that is off on one host", () => {
  it("is not there, and all others are", async () => {
    const found = await fleet.on(
      "db-1",
      "dpkg -s fail2ban 2>/dev/null; sshd -T | grep maxauthtries; ls /etc/modprobe.d/flotilla.conf",
    );
    expect(found).toBe("maxauthtries 3\n/etc/modprobe.d/flotilla.conf");
  });
});

describe("a hardening that somebody changed by hand", () => {
  it("is shown item by item, and repaired alone", async () => {
    await fleet.on(
      "web-1",
      `echo 'MaxAuthTries 9' >/etc/ssh/sshd_config.d/00-flotilla.conf
       echo 0 >/proc/sys/net/ipv4/conf/all/log_martians
       sed -i 's/^UMASK.*/UMASK 077/' /etc/login.defs
       rm /etc/modprobe.d/flotilla.conf
       systemctl disable --now --quiet apt-daily-upgrade.timer
       rm /etc/fail2ban/jail.d/flotilla.local
       echo >>/etc/systemd/system/apt-daily-upgrade.service.d/flotilla.conf`,
    );
    const { output } = await fleet.mustSucceed("refresh", "--yes", "--diff");
    const flat = output.replaceAll(/ +: /g, ": ");
    for (const seen of [
      /sshd:\/etc\/ssh\/sshd_config.d\/00-flotilla.conf: "0644 root:root sha256:\w+" => "0644 root:root sha256:\w+"/,
      /sysctl:net.ipv4.conf.all.log_martians: "1" => "0"/,
      /setting:\/etc\/login.defs:UMASK: "027" => "077"/,
      /file:\/etc\/modprobe.d\/flotilla.conf: ".*" => "missing"/,
      /unit:apt-daily-upgrade.timer: "enabled active" => "disabled inactive"/,
      /file:\/etc\/fail2ban\/jail.d\/flotilla.local: ".*" => "missing"/,
      /file:\/etc\/systemd\/system\/apt-daily-upgrade.service.d\/flotilla.conf: /,
    ])
      expect(flat).toMatch(seen);
    const repaired = await fleet.up();
    expect(repaired.output).toMatch(/~ 1 updated\s+\d+ unchanged/);
    const { output: again } = await fleet.mustSucceed("refresh", "--yes");
    expect(again).toMatch(/Resources:\s+\d+ unchanged\s/);
  });
});

describe("settings of sshd that nobody can confirm", () => {
  it("are taken back by the host, with everything that came along", async () => {
    await block(fleet, "web-1", `${laterSshConnections} drop`);
    await harden({
      sshd: { maxAuthTries: 4, confirmSeconds: 5 },
      loginDefs: { umask: "077" },
    });
    const { output } = await fleet.upFails();
    expect(output).toContain(
      "not confirmed by a new connection within 5 s: rolled back",
    );
    await unblock(fleet, "web-1");
    expect(await fleet.on("web-1", settings)).toMatch(
      /maxauthtries 3\n[^]*UMASK 027/,
    );
    expect(await fleet.canLogIn("web-1")).toBe(true);
  });
});

describe("a hardening that is given up", () => {
  it("leaves every setting as it was before", async () => {
    fleet.config.hardening = undefined;
    await fleet.configure();
    await fleet.up();
    const after = await fleet.on("web-1", settings);
    expect(after.replace(/enabled$/, "disabled")).toBe(before);
    expect(await fleet.canLogIn("web-1")).toBe(true);
  });
});

async function harden(parts: Record<string, object>): Promise<void> {
  fleet.config.hardening = {
    fail2ban: { maxRetries: 3 },
    sshd: { confirmSeconds: 15 },
    ...parts,
  };
  await fleet.configure();
}

function wrongLogin(address: string): string {
  return `-o BatchMode=yes -o ConnectTimeout=3 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PreferredAuthentications=none nobody-here@${address}`;
}

async function failToLogIn(address: string): Promise<void> {
  const words = [...wrongLogin(address).split(" "), "true"];
  const { exitCode } = await execa("ssh", words, {
    reject: false,
    stdin: "ignore",
  });
  expect(exitCode).toBe(255);
}

/** Which collectors of an exporter work on web-1; a lab host has no hardware for many of them. */
async function collectors(port: number): Promise<string> {
  return fleet.on(
    "web-1",
    `curl -s localhost:${port}/metrics | grep '^node_scrape_collector_success'`,
  );
}

async function collectorsWithoutSandbox(): Promise<string> {
  await fleet.on(
    "web-1",
    "systemd-run --quiet --unit=bare-exporter --uid=prometheus prometheus-node-exporter --web.listen-address=127.0.0.1:9199",
  );
  const answers = "curl -s -o /dev/null localhost:9199/metrics";
  await until(
    "the bare exporter answers",
    async () =>
      (await fleet.on("web-1", `${answers} && echo yes || true`)) === "yes",
  );
  const found = await collectors(9199);
  await fleet.on("web-1", "systemctl stop bare-exporter");
  return found;
}

/** Addresses that web-1 bans now. */
async function banned(): Promise<string> {
  return fleet.on("web-1", "fail2ban-client get sshd banip");
}

/** Debian's own upgrade, which finds this program first on its PATH, and goes on when it is told. */
async function slowUpgrade(): Promise<void> {
  await fleet.on(
    "web-1",
    `cat >/usr/local/bin/unattended-upgrade <<'END'
#!/bin/bash
touch /run/upgrade-runs
until [[ -e /run/upgrade-may-end ]]; do sleep 0.1; done
exec /usr/bin/unattended-upgrade "$@"
END
     chmod 0755 /usr/local/bin/unattended-upgrade
     rm -f /run/upgrade-runs /run/upgrade-may-end /var/lib/apt/periodic/*`,
  );
}

async function inUpgrade(): Promise<string> {
  return fleet.on("web-1", "[[ -e /run/upgrade-runs ]] && echo yes || echo no");
}

async function jobLogs(): Promise<string> {
  return fleet.on("web-1", "cat /var/lib/flotilla/jobs/*/log");
}
