import type { FleetSettings, HostConfig } from "../config/fleet.ts";
import type { Problem } from "../config/problem.ts";
import { hardeningOf } from "./plan.ts";
import type { SshdArgs } from "./sshd.ts";

/** A hardened sshd still lets in who is to come: this program by its login and a pinned ed25519 key, which is what the host goes on showing, and the fleet's users. */
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
      ...userProblems(name, settings, sshd, where),
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

/** Users come in by key alone: one that may not log in is a mistake. */
function userProblems(
  name: string,
  { users }: FleetSettings,
  { allowUsers }: SshdArgs,
  where: Where,
): Problem[] {
  if (!allowUsers) return [];
  return Object.entries(users)
    .filter(([, { hosts }]) => hosts?.includes(name) ?? true)
    .filter(([account]) => !allowUsers.includes(account))
    .map(([account]) => ({
      path: where("allowUsers"),
      value: JSON.stringify(allowUsers),
      rule: `shuts users.${account} out of ${name}`,
      hint: `add "${account}" to it, or take the user from that host`,
    }));
}

function keyProblems(name: string, host: HostConfig): Problem[] {
  const hostKeys = host.cloud ? [] : host.hostKeys;
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
