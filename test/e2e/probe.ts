import { createHash } from "node:crypto";
import type { TestFleet } from "./test-fleet.ts";

/** What has knocked at a host's sshd. */
export interface SshCount {
  /** Connections that began. */
  readonly connections: number;
  /** Logins that succeeded. */
  readonly logins: number;
}

/** Counts new connections to sshd from now on, in a table that is nobody else's. */
export async function countSsh(fleet: TestFleet, host: string): Promise<void> {
  await fleet.on(
    host,
    "nft -f - <<'EOF'\n" +
      "table inet e2e_probe\n" +
      "delete table inet e2e_probe\n" +
      "table inet e2e_probe {\n" +
      " chain input { type filter hook input priority -300; policy accept;\n" +
      "  tcp dport 22 tcp flags & (syn | ack) == syn counter\n }\n}\n" +
      "EOF",
  );
}

/** How many connections and logins there were since `countSsh`, and since boot. */
export async function sshCount(
  fleet: TestFleet,
  host: string,
): Promise<SshCount> {
  const table = await fleet.on(host, "nft list table inet e2e_probe");
  const logins = await fleet.on(
    host,
    "journalctl -u ssh -o cat --no-pager | grep -c '^Accepted publickey' || true",
  );
  return {
    connections: Number(/packets (\d+)/.exec(table)?.[1] ?? "NaN"),
    logins: Number(logins),
  };
}

/** What the journal, dpkg and systemd say was done on a host; equal texts mean that nothing was. */
export async function workDone(
  fleet: TestFleet,
  host: string,
): Promise<string> {
  return fleet.on(
    host,
    `
    cd /var/lib/flotilla/jobs 2>/dev/null && for job in */; do echo "job $job"; cat "$job/journal"; done
    echo dpkg; grep -E ' (install|upgrade|remove|configure) ' /var/log/dpkg.log || true
    for unit in nginx redis-server; do
      systemctl show "$unit.service" -p MainPID -p ExecMainStartTimestampMonotonic -p NRestarts
    done`,
  );
}

/** Names of what must not be left after a job: units, timers, payloads, temporary files, processes. systemd's own folder for a unit that has a /tmp of its own lives as long as the unit. */
export async function leftovers(
  fleet: TestFleet,
  host: string,
): Promise<string> {
  return fleet.on(
    host,
    `
    systemctl list-units --all --plain --no-legend 'flotilla-job-*' 'flotilla-revert-*'
    find /run/flotilla -mindepth 1 -not -name '*lock*' -not -path /run/flotilla/jobs 2>/dev/null
    find / -xdev \\( -name '*.flotilla-*' -o -name '.flotilla*' \\) -not -path '/proc/*' 2>/dev/null
    find /usr/sbin/policy-rc.d -lname '/[v]ar/lib/flotilla/*' 2>/dev/null
    find /tmp /var/tmp -mindepth 1 -name '*flotilla*' -not -name 'systemd-private-*' 2>/dev/null
    pgrep -af '[/]var/lib/flotilla' || true`,
  );
}

/** Whether apt has dpkg unpack or configure something now; a look at a host runs dpkg as well, for an answer. */
export async function isInstalling(
  fleet: TestFleet,
  host: string,
): Promise<boolean> {
  const words = ["pgrep", "-f", "^/usr/bin/[d]pkg .*--status-fd"];
  return (await fleet.lab.exec(host, words)).exitCode === 0;
}

/** One answer of a site. */
export interface Answer {
  readonly status: number;
  readonly sha256: string;
}

/** Asks a site again and again until it is told to stop; every answer or error is kept. */
export class Poller {
  readonly answers: Answer[] = [];
  readonly errors: string[] = [];
  readonly #url: string;
  #stopped = false;
  #workers: Promise<void>[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** Begins with this many requests in flight. */
  begin(workers: number): void {
    this.#workers = Array.from({ length: workers }, () => this.#work());
  }

  /** Ends when every request in flight has its answer. */
  async end(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  /** How often each body came. */
  byBody(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { sha256 } of this.answers)
      counts.set(sha256, (counts.get(sha256) ?? 0) + 1);
    return counts;
  }

  async #work(): Promise<void> {
    for (let polls = 0; !this.#stopped && polls < 100_000; polls += 1) {
      try {
        const response = await fetch(this.#url, {
          signal: AbortSignal.timeout(10_000),
        });
        const sha256 = hash(await response.text());
        this.answers.push({ status: response.status, sha256 });
      } catch (error) {
        this.errors.push(String((error as Error).cause ?? error));
      }
    }
  }
}

/** SHA-256 of a text, in hexadecimal. */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
