import type { CheckName } from "../../manifest/preflight.ts";
import { command, lines, quote, type Command } from "../commands/index.ts";

/** What a preflight asks a host. */
export interface PreflightRequest {
  /** What is to be judged; what a check does not need is not asked. */
  readonly checks: readonly CheckName[];
  /** Ports that will be listened on, such as `tcp/80`. */
  readonly ports: readonly string[];
}

/** Enough to tell a slow disk, in a sixth of a second on a usual one. */
const DISK_MIB = 16;

/** The calls that follow `host/preflight/` on the stdin of bash; what may take long is asked at the same time. */
export function renderPreflight({ checks, ports }: PreflightRequest): string {
  const questions: [CheckName, How, string, ...string[]][] = [
    ["clock", "attempt", "preflight_clock"],
    ["sources", "beside", "preflight_sources"],
    ["dns", "beside", "preflight_dns"],
    ["hostname", "beside", "preflight_hostname"],
    ["diskSpeed", "beside", "preflight_disk_speed", String(DISK_MIB)],
    ["sudo", "attempt", "preflight_login"],
    ["system", "attempt", "preflight_system"],
    ["disk", "attempt", "preflight_space"],
    ["aptLock", "attempt", "preflight_apt_lock"],
    ["ports", "attempt", "preflight_ports", ...ports],
    ["firewall", "attempt", "preflight_firewalls"],
  ];
  const calls = questions
    .filter(([check]) => checks.includes(check))
    .map(([check, ...words]) => ask(check, ...words));
  const all = [
    ask("system", "attempt", "observe_host"),
    ...calls,
    command("all_answered"),
    command("observe_complete"),
  ];
  return `${lines(...all).toShell()}\n`;
}

type How = "attempt" | "beside";

function ask(
  check: CheckName,
  how: How,
  call: string,
  ...words: readonly string[]
): Command {
  return command(how, quote(check), call, ...words.map(quote));
}
