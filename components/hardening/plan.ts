import type { Input } from "@pulumi/pulumi";
import type { GateArgs } from "../../manifest/gates.ts";
import type { Items } from "../items.ts";
import {
  fail2banGates,
  fail2banItems,
  fail2banPackages,
  type Fail2banArgs,
} from "./fail2ban.ts";
import type { HardeningConfig } from "./config.ts";
import {
  moduleItems,
  sysctlItems,
  type ModulesArgs,
  type SysctlArgs,
} from "./kernel.ts";
import { loginDefsItems, type LoginDefsArgs } from "./login-defs.ts";
import { sshdItems, type SshdArgs } from "./sshd.ts";
import {
  upgradeItems,
  upgradePackages,
  type UnattendedUpgradesArgs,
} from "./upgrades.ts";

/** The parts of a hardening, each as it is wanted; `false` leaves it out, and takes back what it had done. */
export interface HardeningParts {
  /** Keys only, modern algorithms only, kept only when a new connection gets through. Updates in place. @default {} */
  readonly sshd?: SshdArgs | false | undefined;
  /** Parameters of the running kernel, and of the next one. Updates in place. @default {} */
  readonly sysctl?: SysctlArgs | false | undefined;
  /** Settings for logins. Updates in place. @default {} */
  readonly loginDefs?: LoginDefsArgs | false | undefined;
  /** Kernel modules that are never loaded. Updates in place. @default {} */
  readonly modules?: ModulesArgs | false | undefined;
  /** Debian's own security updates every day, never at the same time as a job. Updates in place. @default {} */
  readonly unattendedUpgrades?: UnattendedUpgradesArgs | false | undefined;
  /** Bans addresses that fail to log in. Updates in place. @default {} */
  readonly fail2ban?: Fail2banArgs | false | undefined;
}

/** What of the host decides how parts look. */
export interface HardenedHost {
  /** As facts say it, such as `debian 12`. */
  readonly os: Input<string>;
  readonly sshPort: Input<number>;
}

/** The packages of the parts that are wanted. */
export function hardeningPackages(parts: HardeningParts): string[] {
  const { unattendedUpgrades, fail2ban } = parts;
  return [
    ...(unattendedUpgrades === false ? [] : upgradePackages),
    ...(fail2ban === false ? [] : fail2banPackages),
  ];
}

/** The items of all parts that are wanted. */
export function hardeningItems(
  parts: HardeningParts,
  { os, sshPort }: HardenedHost,
): Items {
  const { sshd, sysctl, loginDefs, modules, unattendedUpgrades } = parts;
  return {
    ...planned(sshd, (args) => sshdItems(args, os)),
    ...planned(sysctl, sysctlItems),
    ...planned(loginDefs, loginDefsItems),
    ...planned(modules, moduleItems),
    ...planned(unattendedUpgrades, upgradeItems),
    ...planned(parts.fail2ban, (args) => fail2banItems(args, sshPort)),
  };
}

/** What must hold for a host to count as hardened. */
export function hardeningGates({
  fail2ban,
}: HardeningParts): Readonly<Record<string, GateArgs>> {
  return fail2ban === false ? {} : fail2banGates;
}

function planned<T extends object>(
  part: T | false | undefined,
  plan: (args: T) => Items,
): Items {
  // Every key of every part is optional.
  return part === false ? {} : plan(part ?? ({} as T));
}

/** The parts of a host from the fleet's configuration and its own, whose keys win; `undefined` where nothing asks for it. */
export function hardeningOf(
  fleet: HardeningConfig | undefined,
  host: HardeningConfig | undefined,
): HardeningParts | undefined {
  if (!fleet && !host) return undefined;
  if (!(host?.enabled ?? fleet?.enabled ?? true)) return undefined;
  return {
    sshd: merged(fleet?.sshd, host?.sshd),
    sysctl: merged(fleet?.sysctl, host?.sysctl),
    loginDefs: merged(fleet?.loginDefs, host?.loginDefs),
    modules: merged(fleet?.modules, host?.modules),
    unattendedUpgrades: merged(
      fleet?.unattendedUpgrades,
      host?.unattendedUpgrades,
    ),
    fail2ban: merged(fleet?.fail2ban, host?.fail2ban),
  };
}

interface Part {
  readonly enabled?: boolean | undefined;
}

function merged<T extends Part>(
  fleet: T | undefined,
  host: T | undefined,
): Omit<T, "enabled"> | false {
  const { enabled = true, ...args } = { ...fleet, ...host } as T;
  return enabled && args;
}
