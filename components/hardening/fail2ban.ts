import type { Input } from "@pulumi/pulumi";
import type { GateArgs } from "../../manifest/gates.ts";
import { item, type Items } from "../items.ts";
import { sandboxItems } from "../sandbox.ts";

/** Whom fail2ban bans, and for how long. */
export interface Fail2banArgs {
  /** Failed logins that ban an address (1–100). Updates in place. @default 5 */
  readonly maxRetries?: number | undefined;
  /** Seconds within which they count (10–86400). Updates in place. @default 600 */
  readonly findSeconds?: number | undefined;
  /** Seconds that a ban lasts (10–2592000). Updates in place. @default 3600 */
  readonly banSeconds?: number | undefined;
  /** Addresses and ranges that are never banned, beside those that updates came from. Updates in place. @default [] */
  readonly ignore?: readonly string[] | undefined;
}

const unit = "fail2ban.service";
const folder = `/etc/systemd/system/${unit}.d`;
const notify = [{ unit, action: "restart" }] as const;

/** The packages behind this part; without python3-systemd it cannot read the journal. */
export const fail2banPackages = [
  "fail2ban",
  "nftables",
  "python3-systemd",
] as const;

/** fail2ban on sshd's journal, in its own nftables table; updates are never shut out. */
export function fail2banItems(
  args: Fail2banArgs,
  sshPort: Input<number>,
): Items {
  const { maxRetries = 5, findSeconds = 600, banSeconds = 3600 } = args;
  const ignore = [...new Set(["127.0.0.0/8", "::1", ...(args.ignore ?? [])])];
  return {
    ...item("file", "/etc/fail2ban/jail.d/flotilla.local", {
      template: jail,
      values: {
        sshPort,
        maxRetries,
        findSeconds,
        banSeconds,
        ignore: ignore.join(" "),
      },
      notify,
    }),
    ...sandboxItems(unit, {
      capabilities: ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_DAC_READ_SEARCH"],
      writable: ["/run/fail2ban", "/var/lib/fail2ban", "/var/log"],
      families: ["AF_NETLINK"],
      hidesProcesses: false,
    }),
    ...item("file", `${folder}/flotilla.conf`, {
      template: dropIn,
      validate: "unit",
      notify,
    }),
    ...item("unit", unit, {}),
  };
}

/** What must hold for fail2ban to count as up. */
export const fail2banGates: Readonly<Record<string, GateArgs>> = {
  fail2ban: { kind: "unit", unit },
};

/** Debian's own jail looks for a log file that is not there without rsyslog. */
const jail = `# Made by Flotilla; changes by hand are taken back.
[DEFAULT]
backend = systemd
banaction = nftables
banaction_allports = nftables[type=allports]
ignoreip = {{ignore}}
ignorecommand = /usr/bin/grep --quiet --line-regexp --fixed-strings --no-messages -e <ip> /var/lib/flotilla/controllers
maxretry = {{maxRetries}}
findtime = {{findSeconds}}
bantime = {{banSeconds}}

[sshd]
enabled = true
backend = systemd
port = {{sshPort}}
`;

/** Its process is there before its jails are, and stays for a second when they are wrong. */
const dropIn = `# Made by Flotilla: started is what guards sshd.
[Service]
ExecStartPost=/usr/bin/timeout 30 /bin/sh -c 'until /usr/bin/fail2ban-client status sshd >/dev/null 2>&1; do /bin/sleep 0.1; done'
`;
