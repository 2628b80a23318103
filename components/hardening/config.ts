import { z } from "zod";
import { itemKinds, itemNames } from "../../manifest/items.ts";
import { rangeOfSourcesFault } from "../config/address.ts";
import { user } from "../config/ssh.ts";
import { integer, text } from "../config/text.ts";

const enabled = z.boolean().optional();

const sshd = z.strictObject({
  /** Does this part. @default true */
  enabled: enabled.describe("Does this part"),
  /** Lets root log in by key; `false` by nothing. @default true */
  rootLogin: z.boolean().optional().describe("Lets root log in by key"),
  /** The only accounts that may log in. @default - all */
  allowUsers: z
    .array(user)
    .min(1)
    .optional()
    .describe("The only accounts that may log in"),
  /** Lets sessions forward TCP ports, as `ssh -L` and jumps over this host need. @default false */
  tcpForwarding: z
    .boolean()
    .optional()
    .describe("Lets sessions forward TCP ports"),
  /** Wrong logins that end a connection; each key that a client offers counts (1–20). @default 3 */
  maxAuthTries: integer(1, 20)
    .optional()
    .describe("Wrong logins that end a connection"),
  /** Seconds that the host waits for a new connection before it takes new settings back (5–600). @default 60 */
  confirmSeconds: integer(5, 600)
    .optional()
    .describe("Seconds until unconfirmed settings are taken back"),
});

const parameterName = text((value) =>
  itemNames.sysctl.safeParse(value).success
    ? undefined
    : {
        rule: "is not the name of a kernel parameter",
        hint: 'write it like "net.ipv4.conf.all.log_martians"',
      },
);

const parameterValue = text((value) =>
  itemKinds.sysctl.safeParse({ value }).success
    ? undefined
    : {
        rule: "is not the value of a kernel parameter",
        hint: 'write words separated by one blank, in quotes: "1"',
      },
);

const sysctl = z.strictObject({
  /** Does this part. @default true */
  enabled: enabled.describe("Does this part"),
  /** Kernel parameters by name, beside those of docs/hardening.md or instead of them. @default {} */
  set: z
    .record(parameterName, parameterValue)
    .optional()
    .describe("Further kernel parameters, by name"),
});

const loginDefs = z.strictObject({
  /** Does this part. @default true */
  enabled: enabled.describe("Does this part"),
  /** What new files of logins are not allowed to everybody: three octal digits. @default "027" */
  umask: text((value) =>
    /^0[0-7]{2}$/.test(value)
      ? undefined
      : {
          rule: "is not a umask",
          hint: 'write three octal digits in quotes, such as "027"',
        },
  )
    .optional()
    .describe("What new files of logins are not allowed to everybody"),
});

const moduleName = text((value) =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(value)
    ? undefined
    : {
        rule: "is not the name of a kernel module",
        hint: 'write it like "usb-storage"',
      },
);

const modules = z.strictObject({
  /** Does this part. @default true */
  enabled: enabled.describe("Does this part"),
  /** Kernel modules that are never loaded. @default - those of docs/hardening.md */
  block: z
    .array(moduleName)
    .min(1)
    .optional()
    .describe("Kernel modules that are never loaded"),
});

const unattendedUpgrades = z.strictObject({
  /** Does this part. @default true */
  enabled: enabled.describe("Does this part"),
  /** When the host may reboot after an upgrade that needs it: its local time, `HH:MM`. @default - it never reboots by itself */
  rebootAt: text((value) =>
    /^([01]\d|2[0-3]):[0-5]\d$/.test(value)
      ? undefined
      : { rule: "is not a time of day", hint: 'write it like "04:30"' },
  )
    .optional()
    .describe("When the host may reboot after an upgrade"),
});

const ignored = text(rangeOfSourcesFault);

const fail2ban = z.strictObject({
  /** Does this part. @default true */
  enabled: enabled.describe("Does this part"),
  /** Failed logins that ban an address (1–100). @default 5 */
  maxRetries: integer(1, 100)
    .optional()
    .describe("Failed logins that ban an address"),
  /** Seconds within which they count (10–86400). @default 600 */
  findSeconds: integer(10, 86400)
    .optional()
    .describe("Seconds within which failed logins count"),
  /** Seconds that a ban lasts (10–2592000). @default 3600 */
  banSeconds: integer(10, 2592000)
    .optional()
    .describe("Seconds that a ban lasts"),
  /** Addresses and ranges that are never banned, beside those that updates came from. @default [] */
  ignore: z
    .array(ignored)
    .optional()
    .describe("Addresses and ranges that are never banned"),
});

/** Hardening of hosts, in parts; a host's own keys win over the fleet's. */
export const hardening = z.strictObject({
  /** Hardens, where `hardening` is written for the fleet or the host; `false` takes everything back. @default true */
  enabled: enabled.describe("Hardens the hosts"),
  /** Keys only, modern algorithms only, kept only when a new connection gets through. */
  sshd: sshd.optional().describe("Settings of sshd"),
  /** Parameters of the running kernel, and of the next one. */
  sysctl: sysctl.optional().describe("Kernel parameters"),
  /** Settings for logins. */
  loginDefs: loginDefs.optional().describe("Settings for logins"),
  /** Kernel modules that no server needs. */
  modules: modules.optional().describe("Kernel modules that are never loaded"),
  /** Debian's own security updates every day, never at the same time as a job of Flotilla. */
  unattendedUpgrades: unattendedUpgrades
    .optional()
    .describe("Security updates every day"),
  /** Bans addresses that fail to log in. */
  fail2ban: fail2ban.optional().describe("Bans addresses that fail to log in"),
});

export type HardeningConfig = z.output<typeof hardening>;
