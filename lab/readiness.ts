import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { user } from "./disk.ts";
import { consoleFile, type Host } from "./host.ts";
import { execInside } from "./inside.ts";
import { initOf, powerState } from "./power.ts";

/** Seconds that a host may take from power-on to ready. */
const bootDeadlineSeconds = 120;

/**
 * Waits until a host is what a cloud calls created: cloud-init is done without an error, its user is
 * there, and sshd lets that user in and shows the pinned key.
 */
export async function waitUntilReady(
  host: Host,
  sshArguments: readonly string[],
): Promise<void> {
  const end = Date.now() + bootDeadlineSeconds * 1000;
  const steps = [
    {
      what: "the guest's init to start",
      holds: () => Promise.resolve(isInitStarted(host)),
    },
    { what: "cloud-init to finish", holds: () => isCloudInitDone(host, end) },
    { what: `the user ${user}`, holds: () => hasUser(host) },
    {
      what: "sshd to let the lab in with the pinned key",
      holds: () => letsIn(sshArguments),
    },
  ];
  for (const step of steps) {
    while (!(await step.holds())) {
      if (powerState(host) !== "on")
        throw await failure(host, "went off while it booted");
      if (Date.now() > end)
        throw await failure(
          host,
          `is not ready after ${bootDeadlineSeconds} s: waited for ${step.what}`,
        );
      await delay(50);
    }
  }
}

function isInitStarted(host: Host): boolean {
  return initOf(host) !== undefined;
}

// `--wait` follows cloud-init's own progress; before systemd is up it fails and is asked again.
async function isCloudInitDone(host: Host, end: number): Promise<boolean> {
  const timeoutSeconds = Math.max(1, (end - Date.now()) / 1000);
  const { stdout } = await execIfOn(
    host,
    ["cloud-init", "status", "--wait", "--long"],
    timeoutSeconds,
  );
  const status = /^status: (\w+)$/m.exec(stdout)?.[1];
  if (status === "error")
    throw await failure(
      host,
      `booted, but cloud-init failed:\n${stdout.trim()}`,
    );
  return status === "done";
}

// cloud-init can say done although a module failed, so its work is looked at.
async function hasUser(host: Host): Promise<boolean> {
  const { exitCode } = await execIfOn(
    host,
    ["test", "-s", `/home/${user}/.ssh/authorized_keys`],
    10,
  );
  return exitCode === 0;
}

async function letsIn(sshArguments: readonly string[]): Promise<boolean> {
  const { failed } = await execa(
    "ssh",
    ["-o", "ConnectTimeout=2", ...sshArguments, "true"],
    {
      reject: false,
      stdin: "ignore",
      timeout: 10_000,
    },
  );
  return !failed;
}

async function execIfOn(
  host: Host,
  argv: string[],
  timeoutSeconds: number,
): Promise<{ stdout: string; exitCode: number }> {
  if (!isInitStarted(host)) return { stdout: "", exitCode: -1 };
  return execInside(host, argv, { timeoutSeconds });
}

async function failure(host: Host, what: string): Promise<Error> {
  const log = await readFile(consoleFile(host), "utf8").catch(() => "");
  const tail = log.trim().split("\n").slice(-15).join("\n");
  return new Error(
    `${host.name} (${host.address}) ${what}\nEnd of ${consoleFile(host)}:\n${tail || "(empty)"}`,
  );
}
