import type { FleetSettings, HostConfig } from "../config/fleet.ts";
import type { Problem } from "../config/problem.ts";
import { hardeningOf } from "./plan.ts";
import type { SshdArgs } from "./sshd.ts";

/** A hardened sshd still lets this program in: its login, its accounts, and a pinned ed25519 key, which is what it goes on showing. */
export function ensureHardenedSshdLetsUsIn(
  settings: FleetSettings,
  hosts: Readonly<Record<string, HostConfig>>,
): Problem[] {
  return Object.entries(hosts).flatMap(([name, host]) => {
    const own = settings.hosts[name]?.hardening;
    const sshd = hardeningOf(settings.hardening, own)?.sshd;
    if (!sshd) return [];
    const where = (key: keyof SshdArgs) =>
      own?.sshd?.[key] === undefined
        ? `hardening.sshd.${key}`
        : `hosts.${name}.hardening.sshd.${key}`;
    return [
      ...rootProblems(name, host, sshd, where),
      ...accountProblems(name, host, sshd, where),
      ...keyProblems(name, host),
    ];
  });
}

type Where = (key: keyof SshdArgs) => string;

function rootProblems(
  name: string,
  { user }: HostConfig,
  { rootLogin }: SshdArgs,
  where: Where,
): Problem[] {
  if (user !== "root" || rootLogin !== false) return [];
  return [
    {
      path: where("rootLogin"),
      value: "false",
      rule: `would lock this program out of ${name}: it logs in as root`,
      hint: `set hosts.${name}.user to another login with passwordless sudo, or remove rootLogin`,
    },
  ];
}

function accountProblems(
  name: string,
  { user }: HostConfig,
  { allowUsers }: SshdArgs,
  where: Where,
): Problem[] {
  if (!allowUsers || allowUsers.includes(user)) return [];
  return [
    {
      path: where("allowUsers"),
      value: JSON.stringify(allowUsers),
      rule: `would lock this program out of ${name}: it logs in as ${user}`,
      hint: `add "${user}" to it`,
    },
  ];
}

function keyProblems(name: string, { hostKeys }: HostConfig): Problem[] {
  if (hostKeys.length === 0) return [];
  if (hostKeys.some((key) => key.startsWith("ssh-ed25519 "))) return [];
  return [
    {
      path: `hosts.${name}.hostKey`,
      rule: "is no ed25519 key, and a hardened sshd shows no other that is pinned",
      hint: `pin the host's /etc/ssh/ssh_host_ed25519_key.pub, or set hosts.${name}.hardening.sshd.enabled: false`,
    },
  ];
}
